/** What a room's part of the catalogue is: flat keys ("canvas.fit"), {{name}} where a value goes in. */
export interface RoomText {
  readonly en: { readonly [key: string]: string };
  readonly es: { readonly [key: string]: string };
}
