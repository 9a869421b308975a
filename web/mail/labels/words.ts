import { dictionary } from '../../kit/language.ts'
import type { Colour } from './colours.ts'

const ja = {
  title: (count: number) => `${count.toLocaleString('ja')}件のラベル`,
  titleAll: '選択したすべてのメールのラベル',
  hint: '選んだラベルは、メールボックスの一覧にも並びます。',
  find: 'ラベルを検索',
  none: 'ラベルはまだありません。',
  make: (name: string) => `「${name}」を作成`,
  madeFailed: 'ラベルを作成できませんでした。',
  apply: '適用',
  cancel: 'キャンセル',
  labels: 'ラベル',
  takeOff: (name: string) => `ラベル「${name}」を外す`,
  more: (count: number) => `ほか${count}件`,
  colour: '色を選択…',
  colourTitle: (name: string) => `「${name}」の色`,
  colours: { grey: '灰色', red: '赤', orange: 'オレンジ', green: '緑', teal: '青緑', blue: '青', purple: '紫', pink: 'ピンク' } satisfies Record<Colour, string>,
  colourFailed: '色を保存できませんでした。',
  close: '閉じる',
}

const en: typeof ja = {
  title: (count) => (count === 1 ? 'Labels of one message' : `Labels of ${count.toLocaleString('en')} messages`),
  titleAll: 'Labels of all chosen messages',
  hint: 'Labels stand in the list of mailboxes, too.',
  find: 'Find a label',
  none: 'There are no labels yet.',
  make: (name) => `Create “${name}”`,
  madeFailed: 'The label could not be made.',
  apply: 'Apply',
  cancel: 'Cancel',
  labels: 'Labels',
  takeOff: (name) => `Take off the label “${name}”`,
  more: (count) => `${count} more`,
  colour: 'Choose a colour…',
  colourTitle: (name) => `Colour of “${name}”`,
  colours: { grey: 'Grey', red: 'Red', orange: 'Orange', green: 'Green', teal: 'Teal', blue: 'Blue', purple: 'Purple', pink: 'Pink' },
  colourFailed: 'The colour could not be saved.',
  close: 'Close',
}

export const words = dictionary({ ja, en })
