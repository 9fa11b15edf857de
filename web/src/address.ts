// What stands behind the # of the address. Anybody may have written it.

/** Its parts, as they were before they were encoded. One that is broken is taken as it is: then nothing is found by it. */
export function parts(): string[] {
  return location.hash.replace(/^#\/?/, "").split("/").map(decoded);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
