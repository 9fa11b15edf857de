// In which language the visitor reads numbers, money and times.

const given = navigator.language;

/** As Intl takes it. On some systems browsers name what is no language for it: en-US@posix. */
export const LANGUAGE = [given, given.split(/[@.]/)[0]!].find(isKnown) ?? "en";

// uPlot asks the browser itself, when it is loaded.
if (LANGUAGE !== given) Object.defineProperty(navigator, "language", { value: LANGUAGE });

function isKnown(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length > 0;
  } catch {
    return false;
  }
}
