/** How the mail is laid out on this device. */
import { computed } from '@preact/signals'
import { widthRem } from '../kit/look.ts'
import { between, oneOf, remembered, yesOrNo } from '../kit/remembered.ts'

export const densities = ['compact', 'normal', 'comfortable'] as const
export type Density = (typeof densities)[number]

export const density = remembered<Density>('density', 'normal', oneOf(densities))
export const conversations = remembered<boolean>('conversations', false, yesOrNo)
export const readingRight = remembered<boolean>('readingRight', true, yesOrNo)
export const buttonText = remembered<boolean>('buttonText', true, yesOrNo)

/** Plain text in letters of one width, as tables drawn with characters need it. */
export const fixedPitch = remembered<boolean>('fixedPitch', false, yesOrNo)

export const railMin = 12
export const railMax = 24
export const listMin = 20
export const listMax = 48
export const railRem = remembered<number>('railRem', 15, between(railMin, railMax))
export const listRem = remembered<number>('listRem', 27, between(listMin, listMax))

/** `three`: rail, list and reading beside each other. `two`: rail, and list or reading. `one`: a phone, or large type. */
export const layout = computed<'one' | 'two' | 'three'>(() => {
  if (widthRem.value < 48) return 'one'
  return widthRem.value >= 75 && readingRight.value ? 'three' : 'two'
})
