import { Fragment, type JSX } from 'preact'
import { Dialog } from '../../kit/dialog.tsx'
import { shortcuts, shortcutsOn } from '../../kit/keys.ts'
import { helpOpen } from './bindings.ts'
import './help-dialog.css'
import { words } from './words.ts'

const KeyCaps = ({ keys }: { keys: string }): JSX.Element => (
  <>
    {keys.split(' ').map((key) => (
      <kbd key={key} class="key">
        {key.replace('Shift+', '⇧ ').replace('Escape', 'Esc')}
      </kbd>
    ))}
  </>
)

export const HelpDialog = (): JSX.Element | null => {
  if (!helpOpen.value) return null
  const text = words()
  const groups = Map.groupBy(shortcuts.value, (shortcut) => shortcut.group())
  return (
    <Dialog title={text.title} wide onClose={() => (helpOpen.value = false)}>
      {shortcutsOn.value ? null : <p>{text.off}</p>}
      <div class="keys">
        {[...groups].map(([group, list]) => (
          <section key={group}>
            <h3 class="keys-group">{group}</h3>
            <dl class="keys-list">
              {[...Map.groupBy(list, (shortcut) => shortcut.name())].map(([name, all]) => (
                <div key={name} class="keys-row">
                  <dt>{name}</dt>
                  <dd>
                    {all.map(({ keys }, at) => (
                      <Fragment key={keys}>
                        {at === 0 ? null : <span class="keys-or">{text.or}</span>}
                        <KeyCaps keys={keys} />
                      </Fragment>
                    ))}
                  </dd>
                </div>
              ))}
              {group === text.writing ? (
                <div class="keys-row">
                  <dt>{text.submit}</dt>
                  <dd>
                    <KeyCaps keys="Ctrl+Enter" />
                  </dd>
                </div>
              ) : null}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
