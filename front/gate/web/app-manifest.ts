/** What a browser installs the webmail as (W3C App Manifest): the brand's name and colour, and an icon that is drawn in it. */
import type { BrandLook } from '@bulkhead/door/contracts/brand.ts'

export const appFiles = { manifest: '/app.webmanifest', icon: '/app-icon.svg', maskable: '/app-icon-maskable.svg' } as const

interface AppFile {
  readonly type: string
  readonly text: string
}

const shortNameMax = 12

const manifest = ({ name, accent }: BrandLook): string =>
  JSON.stringify({
    id: '/', start_url: '/', scope: '/', display: 'standalone', lang: 'ja',
    name: name.ja, short_name: name.ja.slice(0, shortNameMax), theme_color: accent, background_color: '#ffffff',
    icons: [
      { src: appFiles.icon, sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
      { src: appFiles.maskable, sizes: 'any', type: 'image/svg+xml', purpose: 'maskable' },
    ],
  })

/** An envelope on the accent, which white is readable on; `edge` is the radius of its corners, `scale` how much of it the envelope takes. */
const icon = ({ accent }: BrandLook, edge: number, scale: number): string => {
  const shift = (32 - 32 * scale) / 2
  const line = 'fill="none" stroke="#fff" stroke-width="2" stroke-linejoin="round"'
  return `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 32 32"><rect width="32" height="32" rx="${edge}" fill="${accent}"/>` +
    `<g transform="translate(${shift} ${shift}) scale(${scale})"><path d="M7 10.5h18v12H7z" ${line}/><path d="M7.5 11l8.5 7 8.5-7" ${line}/></g></svg>\n`
}

/** Undefined where the path is none of them. A look is checked where it is set: its colour is a colour. */
export const appFile = (path: string, look: BrandLook): AppFile | undefined => {
  if (path === appFiles.manifest) return { type: 'application/manifest+json', text: manifest(look) }
  if (path === appFiles.icon) return { type: 'image/svg+xml', text: icon(look, 7, 1) }
  return path === appFiles.maskable ? { type: 'image/svg+xml', text: icon(look, 0, 0.8) } : undefined
}
