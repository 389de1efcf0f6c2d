/** The block or subsystem that an estimator refers to: kept by its id, chosen by its path. */
import { useMemo } from "react";
import { plantChoices } from "../../core/diagram/plantChoices.ts";
import { useDocument } from "../store/document.ts";
import { useText } from "../ui/i18n.ts";
import { ChoiceField, type ChoiceFieldProps } from "./ChoiceField.tsx";

export function PlantField(props: Omit<ChoiceFieldProps, "of">) {
  const text = useText();
  const document = useDocument((state) => state.document);
  const choices = useMemo(
    () => plantChoices(document, props.owner).map(({ id, path }) => ({ value: id, label: path })),
    [document, props.owner],
  );
  const none = props.value === "" ? [{ value: "", label: text("inspector.plant.none") }] : [];
  return <ChoiceField {...props} of={[...none, ...choices]} />;
}
