/** Message-IDs of a field (RFC 5322 section 3.6.4), normalised as RFC 5256 section 2.2 compares them: quotes undone. */

export const messageIdCharsMax = 512
/** Of a longer References the first and the last ids are kept: they tell the root and the nearest parents. */
export const referencesMax = 128

const idPattern = /<([^<>\s]{1,512})>/g

const normalised = (id: string): string => {
  if (!id.includes('"')) return id
  return id.replace(/"((?:[^"\\]|\\.)*)"/g, (_, quoted: string) => quoted.replace(/\\(.)/g, '$1'))
}

export const messageIds = (value: string): readonly string[] => {
  const all = Array.from(value.matchAll(idPattern), ([, id = '']) => normalised(id))
  return all.length <= referencesMax ? all : [all[0] ?? '', ...all.slice(1 - referencesMax)]
}
