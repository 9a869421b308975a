/**
 * Colours of mail, and what becomes of them on a dark page. Recolouring turns luminance over so that the contrast of any two
 * colours (WCAG 2.2: (Y1 + 0.05) / (Y2 + 0.05)) stays what the sender chose: Y' + 0.05 = k / (Y + 0.05), hue and saturation kept.
 */

/** Channels 0-255, alpha 0-1. */
export interface Colour {
  readonly red: number
  readonly green: number
  readonly blue: number
  readonly alpha: number
}

const namedHex = `aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc bisque ffe4c4 black 000000 blanchedalmond
ffebcd blue 0000ff blueviolet 8a2be2 brown a52a2a burlywood deb887 cadetblue 5f9ea0 chartreuse 7fff00 chocolate d2691e coral ff7f50
cornflowerblue 6495ed cornsilk fff8dc crimson dc143c cyan 00ffff darkblue 00008b darkcyan 008b8b darkgoldenrod b8860b darkgray a9a9a9
darkgreen 006400 darkgrey a9a9a9 darkkhaki bdb76b darkmagenta 8b008b darkolivegreen 556b2f darkorange ff8c00 darkorchid 9932cc darkred
8b0000 darksalmon e9967a darkseagreen 8fbc8f darkslateblue 483d8b darkslategray 2f4f4f darkslategrey 2f4f4f darkturquoise 00ced1
darkviolet 9400d3 deeppink ff1493 deepskyblue 00bfff dimgray 696969 dimgrey 696969 dodgerblue 1e90ff firebrick b22222 floralwhite fffaf0
forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc ghostwhite f8f8ff gold ffd700 goldenrod daa520 gray 808080 green 008000 greenyellow
adff2f grey 808080 honeydew f0fff0 hotpink ff69b4 indianred cd5c5c indigo 4b0082 ivory fffff0 khaki f0e68c lavender e6e6fa lavenderblush
fff0f5 lawngreen 7cfc00 lemonchiffon fffacd lightblue add8e6 lightcoral f08080 lightcyan e0ffff lightgoldenrodyellow fafad2 lightgray
d3d3d3 lightgreen 90ee90 lightgrey d3d3d3 lightpink ffb6c1 lightsalmon ffa07a lightseagreen 20b2aa lightskyblue 87cefa lightslategray
778899 lightslategrey 778899 lightsteelblue b0c4de lightyellow ffffe0 lime 00ff00 limegreen 32cd32 linen faf0e6 magenta ff00ff maroon
800000 mediumaquamarine 66cdaa mediumblue 0000cd mediumorchid ba55d3 mediumpurple 9370db mediumseagreen 3cb371 mediumslateblue 7b68ee
mediumspringgreen 00fa9a mediumturquoise 48d1cc mediumvioletred c71585 midnightblue 191970 mintcream f5fffa mistyrose ffe4e1 moccasin
ffe4b5 navajowhite ffdead navy 000080 oldlace fdf5e6 olive 808000 olivedrab 6b8e23 orange ffa500 orangered ff4500 orchid da70d6
palegoldenrod eee8aa palegreen 98fb98 paleturquoise afeeee palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9 peru cd853f pink
ffc0cb plum dda0dd powderblue b0e0e6 purple 800080 rebeccapurple 663399 red ff0000 rosybrown bc8f8f royalblue 4169e1 saddlebrown 8b4513
salmon fa8072 sandybrown f4a460 seagreen 2e8b57 seashell fff5ee sienna a0522d silver c0c0c0 skyblue 87ceeb slateblue 6a5acd slategray
708090 slategrey 708090 snow fffafa springgreen 00ff7f steelblue 4682b4 tan d2b48c teal 008080 thistle d8bfd8 tomato ff6347 turquoise
40e0d0 violet ee82ee wheat f5deb3 white ffffff whitesmoke f5f5f5 windowtext 000000 window ffffff yellow ffff00 yellowgreen 9acd32`.split(/\s+/)

const named: ReadonlyMap<string, number> = new Map(
  Array.from({ length: namedHex.length / 2 }, (_, at) => [namedHex[at * 2] ?? '', Number.parseInt(namedHex[at * 2 + 1] ?? '', 16)] as const),
)

const fromNumber = (rgb: number, alpha = 1): Colour => ({ red: rgb >> 16, green: (rgb >> 8) & 255, blue: rgb & 255, alpha })

/** `abc`, `abcd`, `aabbcc`, `aabbccdd`. */
export const hexColour = (hex: string): Colour | undefined => {
  if (!/^(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/i.test(hex)) return undefined
  const long = hex.length <= 4 ? [...hex].map((digit) => digit + digit).join('') : hex
  return fromNumber(Number.parseInt(long.slice(0, 6), 16), long.length === 8 ? Number.parseInt(long.slice(6), 16) / 255 : 1)
}

export const namedColour = (name: string): Colour | undefined => {
  const rgb = named.get(name.toLowerCase())
  return rgb === undefined ? undefined : fromNumber(rgb)
}

const clamped = (value: number, most: number): number => Math.min(most, Math.max(0, Number.isFinite(value) ? value : 0))

export const rgbColour = (red: number, green: number, blue: number, alpha: number): Colour => ({
  red: Math.round(clamped(red, 255)), green: Math.round(clamped(green, 255)), blue: Math.round(clamped(blue, 255)), alpha: clamped(alpha, 1),
})

/** Degrees, and saturation and lightness 0-1. */
export const hslColour = (hue: number, saturation: number, lightness: number, alpha: number): Colour => {
  const turned = Number.isFinite(hue) ? ((hue % 360) + 360) % 360 : 0
  const [s, l] = [clamped(saturation, 1), clamped(lightness, 1)]
  const channel = (shift: number): number => {
    const k = (shift + turned / 30) % 12
    return 255 * (l - s * Math.min(l, 1 - l) * Math.max(-1, Math.min(k - 3, 9 - k, 1)))
  }
  return rgbColour(channel(0), channel(8), channel(4), alpha)
}

const linear = (channel: number): number => {
  const part = channel / 255
  return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
}

/** Relative luminance (WCAG 2.2), 0-1. */
export const luminance = ({ red, green, blue }: Colour): number => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)

const hueAndSaturation = ({ red, green, blue }: Colour): readonly [hue: number, saturation: number] => {
  const most = Math.max(red, green, blue)
  const least = Math.min(red, green, blue)
  const spread = most - least
  if (spread === 0) return [0, 0]
  const sector = most === red ? ((green - blue) / spread) % 6 : most === green ? (blue - red) / spread + 2 : (red - green) / spread + 4
  const lightness = (most + least) / 510
  return [sector * 60, spread / 255 / (1 - Math.abs(2 * lightness - 1))]
}

const ground = 0.05
/** White becomes black and black white. */
const turnOver = 1.05 * ground
const steps = 18

/** What the colour is on a dark page. */
export const recoloured = (colour: Colour): Colour => {
  const wanted = turnOver / (luminance(colour) + ground) - ground
  const [hue, saturation] = hueAndSaturation(colour)
  let [low, high] = [0, 1]
  for (let step = 0; step < steps; step += 1) {
    const middle = (low + high) / 2
    if (luminance(hslColour(hue, saturation, middle, 1)) < wanted) low = middle
    else high = middle
  }
  return hslColour(hue, saturation, (low + high) / 2, colour.alpha)
}

const alphaText = (alpha: number): string => String(Math.round(alpha * 1_000) / 1_000)

export const colourText = ({ red, green, blue, alpha }: Colour): string =>
  alpha === 1
    ? `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, '0')}`
    : `rgba(${red},${green},${blue},${alphaText(alpha)})`
