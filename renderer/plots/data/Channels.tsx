/** The channels of a data set: shown or not, name, unit, what they are for, and how many values are missing. */
import type { Channel, DataSet, Role } from "../../../core/diagram/document.ts";
import { editChannel, editSet } from "../../engine/dataClient.ts";
import { signalColour } from "../../ui/signalColours.ts";
import { useText } from "../../ui/i18n.ts";
import { NumberField } from "./NumberField.tsx";
import { count } from "./words.ts";

interface ChannelsProps {
  readonly set: DataSet;
  readonly missing: { readonly [column: number]: number };
  readonly shown: ReadonlySet<number>;
  readonly onToggle: (column: number) => void;
}

const roles: readonly Role[] = ["time", "input", "output", "none"];

export function Channels({ set, missing, shown, onToggle }: ChannelsProps) {
  const text = useText();
  const timed = set.channels.some(({ role }) => role === "time");
  return (
    <section aria-label={text("data.channels")}>
      <table className="data-channels">
        <thead>
          <tr>
            <th />
            <th scope="col">{text("data.head.name")}</th>
            <th scope="col">{text("data.head.unit")}</th>
            <th scope="col">{text("data.head.role")}</th>
            <th scope="col">{text("data.head.missing")}</th>
          </tr>
        </thead>
        <tbody>
          {set.channels.map((channel, place) => (
            <Row
              key={channel.column}
              set={set}
              channel={channel}
              place={place}
              missing={missing[channel.column] ?? 0}
              shown={shown.has(channel.column)}
              onToggle={() => onToggle(channel.column)}
            />
          ))}
        </tbody>
      </table>
      {!timed && (
        <label className="data-field">
          <span>{text("data.every")}</span>
          <NumberField value={set.every} least={0} above onChange={(every) => editSet(set.id, { every })} />
        </label>
      )}
    </section>
  );
}

interface RowProps {
  readonly set: DataSet;
  readonly channel: Channel;
  readonly place: number;
  readonly missing: number;
  readonly shown: boolean;
  readonly onToggle: () => void;
}

function Row({ set, channel, place, missing, shown, onToggle }: RowProps) {
  const text = useText();
  const { column, name, unit, role } = channel;
  const change = (part: Partial<Channel>, what: string) =>
    editChannel(set, column, part, `data ${set.id} ${column} ${what}`);
  return (
    <tr>
      <td>
        {role !== "time" && (
          <button
            type="button"
            className="data-swatch"
            aria-pressed={shown}
            aria-label={text("data.channel.show", { name })}
            onClick={onToggle}
          >
            <i style={{ background: shown ? signalColour(place) : "transparent", borderColor: signalColour(place) }} />
          </button>
        )}
      </td>
      <td>
        <input
          className="ui-input"
          aria-label={text("data.channel.name", { name })}
          value={name}
          maxLength={200}
          onChange={(event) => event.target.value.trim() !== "" && change({ name: event.target.value }, "name")}
        />
      </td>
      <td>
        <input
          className="ui-input data-unit"
          aria-label={text("data.channel.unit", { name })}
          value={unit ?? ""}
          maxLength={40}
          onChange={(event) => change({ unit: event.target.value }, "unit")}
        />
      </td>
      <td>
        <select
          className="ui-input"
          aria-label={text("data.channel.role", { name })}
          value={role}
          onChange={(event) => change({ role: event.target.value as Role }, "role")}
        >
          {roles.map((each) => (
            <option key={each} value={each}>
              {text(`data.role.${each}`)}
            </option>
          ))}
        </select>
      </td>
      <td className="data-count">{missing > 0 ? count(missing) : ""}</td>
    </tr>
  );
}
