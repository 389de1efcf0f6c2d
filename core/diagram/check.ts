export function checkDocument(_: unknown) { return [] as never[]; }
