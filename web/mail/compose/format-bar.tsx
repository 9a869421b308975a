/** Formatting of the rich text: a toolbar that is one stop of the Tab key; arrows go along it. */
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { Button } from '../../kit/button.tsx'
import type { Icon } from '../../kit/icon.tsx'
import { MenuButton } from '../../kit/menu.tsx'
import type { Composer } from './composer.ts'
import type { EditorAction, RichEditor } from './editor/rich-editor.ts'
import {
  IconAlign, IconBold, IconBullets, IconClear, IconColour, IconItalic, IconLink, IconNumbers, IconQuote, IconSize, IconStrike, IconUnderline,
} from './icons.ts'
import { words } from './words.ts'

type Toggle = 'strong' | 'em' | 'underline' | 'strike' | 'bullets' | 'numbers' | 'quote'

const toggles: readonly (readonly [Toggle, Icon, 'bold' | 'italic' | 'underline' | 'strike' | 'bullets' | 'numbers' | 'quote', string])[] = [
  ['strong', IconBold, 'bold', 'Control+B'],
  ['em', IconItalic, 'italic', 'Control+I'],
  ['underline', IconUnderline, 'underline', 'Control+U'],
  ['strike', IconStrike, 'strike', 'Control+Shift+X'],
  ['bullets', IconBullets, 'bullets', 'Control+Shift+8'],
  ['numbers', IconNumbers, 'numbers', 'Control+Shift+7'],
  ['quote', IconQuote, 'quote', 'Control+Shift+9'],
]

const inks = ['red', 'orange', 'green', 'blue', 'purple', 'grey'] as const

const along = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>(':scope > button')]
  const at = buttons.indexOf(document.activeElement as HTMLElement)
  if (at < 0) return
  const last = buttons.length - 1
  const to: Record<string, number> = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }
  const next = buttons[to[event.key] ?? -1]
  if (next === undefined) return
  event.preventDefault()
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1
  next.focus()
}

const Menus = ({ run }: { run: (action: EditorAction) => void }): JSX.Element => {
  const text = words()
  return (
    <>
      <MenuButton
        label={text.colour} icon={IconColour} iconOnly kind="quiet" tabIndex={-1}
        items={[
          { label: text.colourNone, run: () => run({ is: 'ink', name: null }) },
          ...inks.map((name) => ({ label: text[name], run: () => run({ is: 'ink', name }) })),
        ]}
      />
      <MenuButton
        label={text.size} icon={IconSize} iconOnly kind="quiet" tabIndex={-1}
        items={[
          { label: text.small, run: () => run({ is: 'size', name: 'small' }) },
          { label: text.normal, run: () => run({ is: 'size', name: null }) },
          { label: text.large, run: () => run({ is: 'size', name: 'large' }) },
          { label: text.heading, run: () => run({ is: 'heading' }), apart: true },
        ]}
      />
      <MenuButton
        label={text.align} icon={IconAlign} iconOnly kind="quiet" tabIndex={-1}
        items={(['left', 'center', 'right'] as const).map((is) => ({ label: text[is], run: () => run({ is }) }))}
      />
    </>
  )
}

export const FormatBar = ({ composer, editor }: { composer: Composer; editor: RichEditor }): JSX.Element => {
  const text = words()
  const bar = useRef<HTMLDivElement>(null)
  const active = editor.active.value
  const run = (action: EditorAction): void => editor.run(action)
  return (
    <div ref={bar} class="format-bar" role="toolbar" aria-label={text.format} onKeyDown={along} onMouseDown={(event) => event.preventDefault()}>
      {toggles.map(([is, picture, name, keys], at) => (
        <Button
          key={is} label={text[name]} icon={picture} iconOnly kind="quiet" keys={keys} pressed={active[is]} tabIndex={at === 0 ? 0 : -1}
          onClick={() => run({ is })}
        />
      ))}
      <Menus run={run} />
      <Button
        label={active.link === null ? text.link : text.unlink} icon={IconLink} iconOnly kind="quiet" tabIndex={-1} pressed={active.link !== null}
        onClick={() => (active.link === null ? (composer.sheet.value = 'link') : run({ is: 'unlink' }))}
      />
      <Button label={text.clear} icon={IconClear} iconOnly kind="quiet" tabIndex={-1} keys="Control+\" onClick={() => run({ is: 'plain' })} />
    </div>
  )
}
