/** `brand look`: how a brand's webmail looks and what it says of its operator. What is not named stays as it is. */
import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { plainLook, type BrandLook } from '@bulkhead/door/contracts/brand.ts'
import { colourPattern, lightened } from '@bulkhead/mail/brand/contrast.ts'
import { checkedLook, darkGround } from '@bulkhead/mail/brand/look.ts'
import { CannotDo, common, show, type CommonOptions } from '../context.ts'
import { granted } from '../refusal-text.ts'
import { withIsp } from '../session.ts'

interface LookOptions extends CommonOptions {
  readonly nameJa?: string
  readonly nameEn?: string
  readonly accent?: string
  readonly accentDark?: string
  readonly logo?: string
  readonly helpPage?: string
  readonly legal?: readonly string[]
  readonly notice?: string
  readonly official?: readonly string[]
  readonly abuse?: string
  readonly confirmRecipients?: string
  readonly host?: readonly string[]
}

const logoTypes: Readonly<Record<string, string>> = { svg: 'image/svg+xml', png: 'image/png', webp: 'image/webp' }
/** More than enough on a dark page, where a brand's own colour is often too dark. */
const darkContrast = 5.5

const logoFrom = (file: string): string | null => {
  if (file === 'none') return null
  const type = logoTypes[file.slice(file.lastIndexOf('.') + 1).toLowerCase()]
  if (type === undefined) throw new CannotDo(`${file} must be an .svg, a .png or a .webp`)
  try {
    return `data:${type};base64,${readFileSync(file).toString('base64')}`
  } catch {
    throw new CannotDo(`${file} can't be read`)
  }
}

const partsOf = (text: string, count: number, form: string): readonly string[] => {
  const parts = text.split('|').map((part) => part.trim())
  if (parts.length !== count) throw new CannotDo(`"${text}" must be written as "${form}"`)
  return parts
}

const linkFrom = (text: string) => {
  const [ja = '', en = '', url = ''] = partsOf(text, 3, 'JAPANESE|ENGLISH|https://…')
  return { title: { ja, en }, url }
}

const noticeFrom = (text: string) => {
  if (text === 'none') return null
  const [ja = '', en = ''] = partsOf(text, 2, 'JAPANESE|ENGLISH')
  return { ja, en }
}

const changed = (look: BrandLook, options: LookOptions): unknown => {
  const { nameJa, nameEn, accent, logo, helpPage, legal, notice, official, abuse, confirmRecipients, host } = options
  const derived = accent !== undefined && colourPattern.test(accent.toLowerCase()) ? lightened(accent.toLowerCase(), darkGround, darkContrast) : look.accentDark
  return {
    ...look,
    name: { ja: nameJa ?? look.name.ja, en: nameEn ?? look.name.en },
    accent: accent ?? look.accent,
    accentDark: options.accentDark ?? derived,
    logo: logo === undefined ? look.logo : logoFrom(logo),
    help: helpPage === undefined ? look.help : helpPage === 'none' ? null : linkFrom(helpPage),
    legal: legal?.map(linkFrom) ?? look.legal,
    notice: notice === undefined ? look.notice : noticeFrom(notice),
    official: official ?? look.official,
    abuse: abuse === undefined ? look.abuse : abuse === 'none' ? null : abuse,
    confirmRecipients: confirmRecipients ?? look.confirmRecipients,
    hosts: host ?? look.hosts,
  }
}

const shown = (look: BrandLook): readonly string[] => [
  `names     ${look.name.ja} / ${look.name.en}`,
  `accent    ${look.accent}, on dark pages ${look.accentDark}`,
  `logo      ${look.logo === null ? 'none: the name is shown' : `${look.logo.slice(5, look.logo.indexOf(';'))}, ${look.logo.length} bytes`}`,
  `help      ${look.help === null ? 'none' : look.help.url}`,
  `legal     ${look.legal.map(({ url }) => url).join(' ') || 'none'}`,
  `notice    ${look.notice === null ? 'none' : `${look.notice.ja} / ${look.notice.en}`}`,
  `official  ${look.official.join(' ') || 'none'}`,
  `abuse     ${look.abuse ?? 'nobody: phishing is counted alone'}`,
  `confirm   ${look.confirmRecipients}`,
  `hosts     ${look.hosts.join(' ') || 'those of the cell'}`,
]

const several = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value]

export const registerLook = (brand: Command): void => {
  common(brand.command('look <isp> <brand>').description('how a brand\'s webmail looks; without options, as it is'))
    .option('--name-ja <name>', 'its name in Japanese')
    .option('--name-en <name>', 'its name in English')
    .option('--accent <colour>', 'colour of buttons and links, such as #0b5cad')
    .option('--accent-dark <colour>', 'the same on dark pages (default: made of the other)')
    .option('--logo <file>', 'an .svg, .png or .webp; none: the name as text')
    .option('--help-page <link>', '"JAPANESE|ENGLISH|https://…"; none')
    .option('--legal <link>', '"JAPANESE|ENGLISH|https://…"; may be repeated, replaces all', several)
    .option('--notice <text>', '"JAPANESE|ENGLISH", said on the sign-in page; none')
    .option('--official <sender>', 'address or domain the ISP writes from; may be repeated, replaces all', several)
    .option('--abuse <address>', 'who gets messages that people report as phishing, whole; none')
    .option('--confirm-recipients <when>', 'show recipients once more before a message goes: off, outside, always')
    .option('--host <name>', 'name the webmail is at; may be repeated, replaces all', several)
    .action((isp: string, id: string, options: LookOptions) => withIsp(options, isp, async ({ desk, reroute }) => {
      const { brands } = granted('brands', await desk.ask('brandList', {}))
      const known = brands.find((one) => one.brand === id)
      if (known === undefined) throw new CannotDo(`there is no brand ${id}; ./bulkhead brand list ${isp} shows them`)
      const { look: kept } = granted(`brand ${id}`, await desk.ask('brandLook', { brand: id }))
      const before = kept === null ? { ...plainLook(known.name), brand: id } : (JSON.parse(kept) as BrandLook)
      const checked = checkedLook(changed(before, options))
      if (checked.is === 'flawed') throw new CannotDo(checked.what)
      const { look } = checked
      if (JSON.stringify(look) !== JSON.stringify(before)) {
        granted(`brand ${id}`, await desk.ask('brandLookSet', { brand: id, look: JSON.stringify(look) }))
        await reroute()
      }
      show(options, { look }, shown(look))
    }))
}
