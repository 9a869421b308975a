/**
 * Properties that mail may set, and what their values may be made of. What is not here is left out: everything that takes a
 * box out of the flow, moves it over others, loads something, runs over time or makes content.
 */

/**
 * Letters: `c` colour, `l` length or 0 or percentage from 0 up, `n` number from 0 up, `f` family names, `i` image, `s` comma,
 * `/` slash. Words are keywords.
 */
export interface PropertyRule {
  readonly kinds: string
  readonly words: ReadonlySet<string>
}

const everywhere = ['inherit', 'initial', 'unset', 'revert']

const rule = (kinds: string, words = ''): PropertyRule => ({ kinds, words: new Set([...everywhere, ...words.split(' ').filter((word) => word !== '')]) })

const lineStyles = 'none hidden dotted dashed solid double groove ridge inset outset'
const widths = 'thin medium thick'
const border = rule('cl', `${lineStyles} ${widths} transparent currentcolor`)
const borderStyle = rule('', lineStyles)
const borderWidth = rule('l', widths)
const colour = rule('c', 'transparent currentcolor')
const size = rule('l', 'auto none min-content max-content fit-content')
const repeat = 'repeat repeat-x repeat-y no-repeat space round'
const place = 'left right top bottom center'
const fontWords = `normal bold bolder lighter italic oblique small-caps xx-small x-small small medium large x-large xx-large smaller larger`
const lines = 'none underline overline line-through solid double dotted dashed wavy'

const sides = ['top', 'right', 'bottom', 'left'] as const

const perSide: readonly (readonly [string, PropertyRule])[] = sides.flatMap((side) => [
  [`border-${side}`, border] as const,
  [`border-${side}-color`, colour] as const,
  [`border-${side}-style`, borderStyle] as const,
  [`border-${side}-width`, borderWidth] as const,
  [`margin-${side}`, rule('l', 'auto')] as const,
  [`padding-${side}`, rule('l')] as const,
])

const corners = ['top-left', 'top-right', 'bottom-left', 'bottom-right'].map((corner) => [`border-${corner}-radius`, rule('l')] as const)

export const cssProperties: ReadonlyMap<string, PropertyRule> = new Map<string, PropertyRule>([
  ...perSide,
  ...corners,
  ['background', rule('cil/s', `transparent currentcolor none ${repeat} ${place} scroll local cover contain auto border-box padding-box content-box`)],
  ['background-color', colour],
  ['background-image', rule('i', 'none')],
  ['background-position', rule('ls', place)],
  ['background-repeat', rule('s', repeat)],
  ['background-size', rule('ls', 'auto cover contain')],
  ['border', border],
  ['border-collapse', rule('', 'collapse separate')],
  ['border-color', colour],
  ['border-radius', rule('l/')],
  ['border-spacing', rule('l')],
  ['border-style', borderStyle],
  ['border-width', borderWidth],
  ['box-sizing', rule('', 'border-box content-box')],
  ['caption-side', rule('', 'top bottom')],
  ['clear', rule('', 'none left right both')],
  ['color', colour],
  ['direction', rule('', 'ltr rtl')],
  ['display', rule('', `none block inline inline-block list-item flex inline-flex table inline-table table-row table-cell table-row-group
    table-header-group table-footer-group table-column table-column-group table-caption`.replaceAll(/\s+/g, ' '))],
  ['align-items', rule('', 'normal stretch center start end flex-start flex-end baseline')],
  ['flex-direction', rule('', 'row column row-reverse column-reverse')],
  ['flex-wrap', rule('', 'wrap nowrap')],
  ['gap', rule('l', 'normal')],
  ['justify-content', rule('', 'normal center start end flex-start flex-end space-between space-around space-evenly')],
  ['empty-cells', rule('', 'show hide')],
  ['float', rule('', 'left right none')],
  ['font', rule('lnfs/', fontWords)],
  ['font-family', rule('fs')],
  ['font-size', rule('l', fontWords)],
  ['font-style', rule('', 'normal italic oblique')],
  ['font-variant', rule('', 'normal small-caps')],
  ['font-weight', rule('n', 'normal bold bolder lighter')],
  ['height', size],
  ['letter-spacing', rule('l', 'normal')],
  ['line-height', rule('ln', 'normal')],
  ['list-style', rule('', 'none disc circle square decimal lower-alpha upper-alpha lower-roman upper-roman inside outside')],
  ['list-style-position', rule('', 'inside outside')],
  ['list-style-type', rule('', 'none disc circle square decimal lower-alpha upper-alpha lower-roman upper-roman cjk-ideographic hiragana katakana')],
  ['margin', rule('l', 'auto')],
  ['max-height', size],
  ['max-width', size],
  ['min-height', size],
  ['min-width', size],
  ['opacity', rule('n')],
  ['outline', border],
  ['overflow', rule('', 'visible hidden auto')],
  ['overflow-wrap', rule('', 'normal break-word anywhere')],
  ['padding', rule('l')],
  ['page-break-after', rule('', 'auto always avoid')],
  ['page-break-before', rule('', 'auto always avoid')],
  ['page-break-inside', rule('', 'auto avoid')],
  ['table-layout', rule('', 'auto fixed')],
  ['text-align', rule('', 'left right center justify start end')],
  ['text-decoration', rule('c', `${lines} currentcolor`)],
  ['text-decoration-line', rule('', lines)],
  ['text-indent', rule('l')],
  ['text-overflow', rule('', 'clip ellipsis')],
  ['text-transform', rule('', 'none uppercase lowercase capitalize')],
  ['unicode-bidi', rule('', 'normal embed isolate plaintext')],
  ['vertical-align', rule('l', 'baseline sub super top text-top middle bottom text-bottom')],
  ['visibility', rule('', 'visible hidden collapse')],
  ['white-space', rule('', 'normal nowrap pre pre-wrap pre-line break-spaces')],
  ['width', size],
  ['word-break', rule('', 'normal break-all keep-all break-word')],
  ['word-spacing', rule('l', 'normal')],
  ['word-wrap', rule('', 'normal break-word')],
  ['writing-mode', rule('', 'horizontal-tb vertical-rl vertical-lr')],
])

/** Units and how much of each is believed. */
export const unitMost: ReadonlyMap<string, number> = new Map([
  ['px', 4_000], ['pt', 3_000], ['pc', 250], ['in', 40], ['cm', 100], ['mm', 1_000], ['em', 250], ['rem', 250], ['ex', 400], ['ch', 400],
])

export const numberMost = 4_000
export const percentageMost = 1_000
