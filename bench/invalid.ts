/** Something broke during a run, so that its figures mean nothing: it is reported as broken, not as slow. */
export class Invalid extends Error {}
