/** First thing a newcomer sees: a blank sheet and the examples, each with its drawing in miniature. */
import { ArrowLeft, FolderOpen, Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ComponentType } from "react";
import type { LazoDocument } from "../../core/diagram/document.ts";
import { runCommand } from "../store/commands.ts";
import { useDocument } from "../store/document.ts";
import { useShell } from "../store/shell.ts";
import { Button } from "../ui/Button.tsx";
import { useText } from "../ui/i18n.ts";
import { exampleAbout, exampleDocument, exampleTitle, exampleTopics, openExampleById } from "./examples.ts";

/** The drawing of a document in miniature: the canvas's art, handed in from outside. */
export type DrawThumbnail = ComponentType<{ readonly document: LazoDocument }>;

export function Gallery({ thumbnail }: { readonly thumbnail: DrawThumbnail }) {
  const t = useText();
  const drawn = useDocument((state) => state.document.root.blocks.length > 0);
  const room = useRef<HTMLElement>(null);
  useEffect(() => room.current?.focus(), []);
  return (
    <main
      className="gallery"
      ref={room}
      tabIndex={-1}
      aria-labelledby="gallery-title"
      onKeyDown={(event) => {
        if (event.key === "Escape") useShell.getState().set({ gallery: false });
      }}
    >
      <div className="gallery-page">
        <header className="gallery-head">
          <div>
            <h1 id="gallery-title">{t("gallery.title")}</h1>
            <p>{t("gallery.text")}</p>
          </div>
          {drawn && (
            <Button icon={<ArrowLeft size={15} />} onClick={() => useShell.getState().set({ gallery: false })}>
              {t("gallery.back")}
            </Button>
          )}
          <Button icon={<FolderOpen size={15} />} onClick={() => runCommand("file.open")}>
            {t("gallery.open")}
          </Button>
        </header>
        {exampleTopics.map(({ topic, ids }, k) => (
          <section key={topic} aria-labelledby={`gallery-${topic}`}>
            <h2 id={`gallery-${topic}`} className="gallery-topic">
              {t(`gallery.topic.${topic}`)}
            </h2>
            <ul className="gallery-cards">
              {k === 0 && (
                <li>
                  <button type="button" className="gallery-card gallery-blank" onClick={() => runCommand("file.new")}>
                    <span className="gallery-picture">
                      <Plus size={28} />
                    </span>
                    <span className="gallery-name">{t("gallery.blank")}</span>
                    <span className="gallery-about">{t("gallery.blank.about")}</span>
                  </button>
                </li>
              )}
              {ids.map((id) => (
                <li key={id}>
                  <ExampleCard id={id} thumbnail={thumbnail} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </main>
  );
}

function ExampleCard({ id, thumbnail: Thumbnail }: { readonly id: string; readonly thumbnail: DrawThumbnail }) {
  useText();
  const [document, setDocument] = useState<LazoDocument>();
  useEffect(() => {
    let here = true;
    // A card without its picture still opens; opening says what is wrong.
    void exampleDocument(id).then(
      (loaded) => here && setDocument(loaded),
      () => {},
    );
    return () => {
      here = false;
    };
  }, [id]);
  return (
    <button type="button" className="gallery-card" data-example={id} onClick={() => void openExampleById(id)}>
      <span className="gallery-picture">{document && <Thumbnail document={document} />}</span>
      <span className="gallery-name">{exampleTitle(id, document)}</span>
      <span className="gallery-about">{exampleAbout(id, document)}</span>
    </button>
  );
}
