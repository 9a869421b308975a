/** WCAG 2.2's contrast of two colours, 1 to 21. */
import { luminance, type Colour } from '../css-colour.ts'

export const contrast = (one: Colour, other: Colour): number => {
  const [a, b] = [luminance(one) + 0.05, luminance(other) + 0.05]
  return Math.max(a, b) / Math.min(a, b)
}
