/** 表示: how mail looks on this device. */
import type { JSX } from 'preact'
import { Choice, Switch } from '../../../kit/choice.tsx'
import { shortcutsOn } from '../../../kit/keys.ts'
import { language, type Language } from '../../../kit/language.ts'
import { announce } from '../../../kit/live.tsx'
import { chosenLanguage, scale, theme, themes } from '../../../kit/look.ts'
import { buttonText, conversations, densities, density, readingRight } from '../../preferences.ts'
import { words } from '../words.ts'

const scales = ['1', '1.15', '1.3', '1.5', '1.75', '2'] as const

const languageNames: Record<Language, string> = { ja: '日本語', en: 'English' }

/** Sets, and says that it is so (WCAG 4.1.3). */
const applied =
  <Value,>(set: (value: Value) => void) =>
  (value: Value): void => {
    set(value)
    announce(words().saved)
  }

const Looks = (): JSX.Element => {
  const text = words()
  return (
    <>
      <Choice
        label={text.theme}
        value={theme.value}
        options={themes.map((value) => ({ value, label: text[value] }))}
        onChange={applied((value) => (theme.value = value))}
      />
      <Choice
        label={text.scale}
        value={scales.find((value) => Number(value) === scale.value) ?? '1'}
        options={scales.map((value) => ({ value, label: text.percent(Math.round(Number(value) * 100)) }))}
        onChange={applied((value) => (scale.value = Number(value)))}
      />
      <Choice
        label={text.language}
        value={language.value}
        options={(['ja', 'en'] as const).map((value) => ({ value, label: languageNames[value] }))}
        onChange={applied((value) => (chosenLanguage.value = value))}
      />
    </>
  )
}

const DisplayPage = (): JSX.Element => {
  const text = words()
  return (
    <>
      <p class="settings-hint">{text.displayHint}</p>
      <Looks />
      <Choice
        label={text.density}
        value={density.value}
        options={densities.map((value) => ({ value, label: text[value] }))}
        onChange={applied((value) => (density.value = value))}
      />
      <Choice
        label={text.panes}
        value={readingRight.value ? 'right' : 'off'}
        options={[
          { value: 'right', label: text.panesRight },
          { value: 'off', label: text.panesOff },
        ]}
        onChange={applied((value) => (readingRight.value = value === 'right'))}
      />
      <Switch
        label={text.conversations}
        hint={text.conversationsHint}
        value={conversations.value}
        onChange={applied((value) => (conversations.value = value))}
      />
      <Switch label={text.buttonText} value={buttonText.value} onChange={applied((value) => (buttonText.value = value))} />
      <Switch label={text.keys} hint={text.keysHint} value={shortcutsOn.value} onChange={applied((value) => (shortcutsOn.value = value))} />
    </>
  )
}

export default DisplayPage
