/** What is looked at of one hostile HTML text. Beyond any of these the rest is left out and `truncated` says so. */

/** UTF-16 units of the whole text. */
export const htmlCharsMax = 1_048_576
/** Elements and comments of the tree; texts stand between them. */
export const nodesMax = 30_000
/** Elements open at once; browsers stop nesting at 512 themselves. */
export const depthMax = 400
export const attributesMax = 32
/** Of one attribute but an image's own data. */
export const attributeCharsMax = 8_192
/** All style sheets of a message together. */
export const sheetCharsMax = 262_144
export const rulesMax = 4_000
export const selectorsMax = 32
export const selectorCharsMax = 512
export const declarationsMax = 128
/** Tokens of one value. */
export const valueTokensMax = 64
/** Of one declaration's value as written. */
export const valueCharsMax = 2_048
/** Images inside the text itself (`data:`), all together. */
export const inlineImageCharsMax = 524_288
/** Links whose words are compared with where they lead. */
export const linksNotedMax = 500
/** Images that are asked for from elsewhere. */
export const remoteImagesMax = 500
