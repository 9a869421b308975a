/** RFC 5229 section 3: an identifier, also of the namespace of RFC 6609 section 3.4.2, or the number of a match, which can't be set. */
export const isVariableName = (name: string): boolean => /^(?:global\.)?[A-Za-z_][A-Za-z0-9_]{0,63}$/i.test(name)
