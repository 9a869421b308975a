/** RFC 5229 section 3: an identifier, or the number of a match, which can't be set. */
export const isVariableName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name)
