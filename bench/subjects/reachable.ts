/** Whether a page answers well. */
export async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    // Refused: not yet.
    return false;
  }
}
