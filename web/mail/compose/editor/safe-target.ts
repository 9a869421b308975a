/** Targets a link may have; anything else becomes plain text. */
export const safeTarget = (href: string): string | undefined => {
  const trimmed = href.trim()
  if (trimmed.length > 4_000 || /[\u0000-\u0020\u007f]/u.test(trimmed)) return undefined
  return /^(?:https?:\/\/[^/]|mailto:[^:]|tel:\+?\d)/iu.test(trimmed) ? trimmed : undefined
}
