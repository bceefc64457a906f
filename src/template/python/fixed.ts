/** A number as text with so many places (at most 100), as Python rounds: by its exact value, an exact half to the even neighbour. */
export function fixed(value: number, places: number): string {
  const made = value.toFixed(places);
  // A half has one digit more than the places, and that is all there is of it: toFixed rounds it up.
  const exact = value.toFixed(Math.min(100, places + 30));
  const cut = exact.length - Math.min(100, places + 30) + places;
  if (!/^5?0*$/.test(exact.slice(cut)) || exact[cut] !== '5') return made;
  const low = exact.slice(0, places === 0 ? cut - 1 : cut);
  return /[02468]$/.test(low) ? low : made;
}
