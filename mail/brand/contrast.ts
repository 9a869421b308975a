/** Contrast of colours as WCAG 2.2 measures it (relative luminance, contrast ratio), for `#rrggbb`. */

type Rgb = readonly [number, number, number]

export const colourPattern = /^#[0-9a-f]{6}$/

const rgbOf = (colour: string): Rgb => {
  const value = Number.parseInt(colour.slice(1), 16)
  return [value >> 16, (value >> 8) & 0xff, value & 0xff]
}

const linear = (channel: number): number => {
  const share = channel / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}

const luminance = ([red, green, blue]: Rgb): number => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)

/** From 1 to 21. */
export const contrast = (one: string, other: string): number => {
  const [a, b] = [luminance(rgbOf(one)), luminance(rgbOf(other))]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

const steps = 40

/** The colour with as much white as it takes to reach `wanted` on `ground`. */
export const lightened = (colour: string, ground: string, wanted: number): string => {
  const channels = rgbOf(colour)
  for (let step = 0; step <= steps; step += 1) {
    const mixed = channels.map((channel) => Math.round(channel + ((255 - channel) * step) / steps))
    const text = `#${mixed.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
    if (contrast(text, ground) >= wanted) return text
  }
  return '#ffffff'
}
