<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
 <context>
  <name>ChartView</name>
  <message>
   <location filename="../../optexplorer/gui/views/chart_view.py" />
   <source>Loss against step; click or drag: go to that step</source>
   <translation>ステップごとの損失。クリックまたはドラッグでそのステップへ移動</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/views/chart_view.py" />
   <source>Loss chart</source>
   <translation>損失のグラフ</translation>
  </message>
 </context>
 <context>
  <name>ColourChip</name>
  <message>
   <location filename="../../optexplorer/gui/fields/colour_chip.py" />
   <source>Blue</source>
   <translation>青</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/colour_chip.py" />
   <source>Colour of racer {0}</source>
   <translation>走者{0}の色</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/colour_chip.py" />
   <source>Green</source>
   <translation>緑</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/colour_chip.py" />
   <source>Grey</source>
   <translation>灰色</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/colour_chip.py" />
   <source>Orange</source>
   <translation>橙</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/colour_chip.py" />
   <source>Other…</source>
   <translation>その他…</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/colour_chip.py" />
   <source>Pink</source>
   <translation>桃</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/colour_chip.py" />
   <source>Sky blue</source>
   <translation>空色</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/colour_chip.py" />
   <source>Vermilion</source>
   <translation>朱</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/colour_chip.py" />
   <source>Violet</source>
   <translation>紫</translation>
  </message>
 </context>
 <context>
  <name>Commands</name>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>About optexplorer</source>
   <translation>optexplorerについて</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Add racer</source>
   <translation>走者を追加</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Copy image</source>
   <translation>画像をコピー</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Edit</source>
   <translation>編集</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Export data…</source>
   <translation>データを書き出す…</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Export image…</source>
   <translation>画像を書き出す…</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Faster</source>
   <translation>速く</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>File</source>
   <translation>ファイル</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Full screen</source>
   <translation>全画面表示</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Gradient arrows</source>
   <translation>勾配の矢印</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Help</source>
   <translation>ヘルプ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Keyboard</source>
   <translation>キーボード操作</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Known minima</source>
   <translation>既知の最小点</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Loop</source>
   <translation>繰り返し</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Map only</source>
   <translation>等高線図のみ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Play or pause</source>
   <translation>再生・一時停止</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Playback</source>
   <translation>再生</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Quit</source>
   <translation>終了</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Redo</source>
   <translation>やり直す</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Reset camera and zoom</source>
   <translation>視点と拡大率を元に戻す</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Reset everything</source>
   <translation>すべて初期状態に戻す</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Slower</source>
   <translation>遅く</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Step back</source>
   <translation>1ステップ戻る</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Step forward</source>
   <translation>1ステップ進む</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Surface and map</source>
   <translation>曲面と等高線図</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Surface only</source>
   <translation>曲面のみ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>To the end</source>
   <translation>最後へ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>To the start</source>
   <translation>最初へ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>Undo</source>
   <translation>元に戻す</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/commands.py" />
   <source>View</source>
   <translation>表示</translation>
  </message>
 </context>
 <context>
  <name>ControlPanel</name>
  <message>
   <location filename="../../optexplorer/gui/panels/control_panel.py" />
   <source>Control panel</source>
   <translation>設定パネル</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/control_panel.py" />
   <source>This cannot be computed: {0}</source>
   <translation>計算できません: {0}</translation>
  </message>
 </context>
 <context>
  <name>DataDialog</name>
  <message>
   <location filename="../../optexplorer/gui/dialogs/data_dialog.py" />
   <source>Export data</source>
   <translation>データの書き出し</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/data_dialog.py" />
   <source>There is no visible racer to export.</source>
   <translation>書き出せる表示中の走者がありません。</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/data_dialog.py" />
   <source>{0} could not be written: {1}</source>
   <translation>{0} に書き込めませんでした: {1}</translation>
  </message>
 </context>
 <context>
  <name>Edits</name>
  <message>
   <location filename="../../optexplorer/gui/edits.py" />
   <source>Add racer</source>
   <translation>走者を追加</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/edits.py" />
   <source>Duplicate racer</source>
   <translation>走者を複製</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/edits.py" />
   <source>Landscape</source>
   <translation>地形</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/edits.py" />
   <source>Racer {0}</source>
   <translation>走者{0}</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/edits.py" />
   <source>Remove racer</source>
   <translation>走者を削除</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/edits.py" />
   <source>Reset everything</source>
   <translation>すべて初期状態に戻す</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/edits.py" />
   <source>Seed</source>
   <translation>乱数シード</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/edits.py" />
   <source>Start</source>
   <translation>初期点</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/edits.py" />
   <source>Steps</source>
   <translation>ステップ数</translation>
  </message>
 </context>
 <context>
  <name>ExportDialog</name>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Cancel</source>
   <translation>キャンセル</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Contour map</source>
   <translation>等高線図</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Dark</source>
   <translation>ダーク</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Export image</source>
   <translation>画像の書き出し</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Height</source>
   <translation>高さ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Light</source>
   <translation>ライト</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Loss</source>
   <translation>損失</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Multiplies the number of pixels; the layout stays the same.</source>
   <translation>配置は変えずに、画素数を倍にします。</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Preview</source>
   <translation>プレビュー</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Save…</source>
   <translation>保存…</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Scale factor</source>
   <translation>倍率</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Surface</source>
   <translation>曲面</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>That is more than {0} million pixels; choose a smaller size.</source>
   <translation>{0}百万画素を超えています。小さいサイズを選んでください。</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Theme</source>
   <translation>配色</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Transparent background</source>
   <translation>背景を透明にする</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Type size</source>
   <translation>文字の大きさ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>View</source>
   <translation>表示</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>Width</source>
   <translation>幅</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/export_dialog.py" />
   <source>{0} × {1} pixels</source>
   <translation>{0} × {1} 画素</translation>
  </message>
 </context>
 <context>
  <name>IntegersField</name>
  <message>
   <location filename="../../optexplorer/gui/fields/hyperparameter_field.py" />
   <source>“{0}” is no step number. Right would be, for example, 50, 100.</source>
   <translation>「{0}」はステップ番号ではありません。例: 50, 100</translation>
  </message>
 </context>
 <context>
  <name>KeysDialog</name>
  <message>
   <location filename="../../optexplorer/gui/dialogs/keys_dialog.py" />
   <source>Click, drag on the map</source>
   <translation>等高線図をクリック・ドラッグ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/keys_dialog.py" />
   <source>Close</source>
   <translation>閉じる</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/keys_dialog.py" />
   <source>Double click</source>
   <translation>ダブルクリック</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/keys_dialog.py" />
   <source>Drag on the surface</source>
   <translation>曲面をドラッグ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/keys_dialog.py" />
   <source>Keyboard</source>
   <translation>キーボード操作</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/keys_dialog.py" />
   <source>Move the start</source>
   <translation>初期点を動かす</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/keys_dialog.py" />
   <source>Pan</source>
   <translation>表示位置を動かす</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/keys_dialog.py" />
   <source>Reset camera and zoom</source>
   <translation>視点と拡大率を元に戻す</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/keys_dialog.py" />
   <source>Shift + drag</source>
   <translation>Shift + ドラッグ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/keys_dialog.py" />
   <source>Show or hide a racer</source>
   <translation>走者の表示・非表示</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/keys_dialog.py" />
   <source>Turn the camera</source>
   <translation>視点を回す</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/keys_dialog.py" />
   <source>Wheel</source>
   <translation>ホイール</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/dialogs/keys_dialog.py" />
   <source>Zoom</source>
   <translation>拡大・縮小</translation>
  </message>
 </context>
 <context>
  <name>LandscapePanel</name>
  <message>
   <location filename="../../optexplorer/gui/panels/landscape_panel.py" />
   <source>Auto</source>
   <translation>自動</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/landscape_panel.py" />
   <source>Height scale</source>
   <translation>高さの目盛</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/landscape_panel.py" />
   <source>Heights as they are</source>
   <translation>高さをそのまま表示</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/landscape_panel.py" />
   <source>Landscape</source>
   <translation>地形</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/landscape_panel.py" />
   <source>Linear</source>
   <translation>線形</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/landscape_panel.py" />
   <source>Log</source>
   <translation>対数</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/landscape_panel.py" />
   <source>Logarithm of the heights: deep valleys become visible</source>
   <translation>高さの対数を表示。深い谷が見えるようになる</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/landscape_panel.py" />
   <source>The loss that is minimised</source>
   <translation>最小化する損失関数</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/landscape_panel.py" />
   <source>The scale that suits this landscape</source>
   <translation>この地形に適した目盛</translation>
  </message>
 </context>
 <context>
  <name>MainWindow</name>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>About optexplorer</source>
   <translation>optexplorerについて</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>As the system</source>
   <translation>システムに合わせる</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>Colours</source>
   <translation>カラーマップ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>Contour map</source>
   <translation>等高線図</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>Dark</source>
   <translation>ダーク</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>Grey</source>
   <translation>灰色</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>Language</source>
   <translation>言語</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>Light</source>
   <translation>ライト</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>Loss</source>
   <translation>損失</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>Redo</source>
   <translation>やり直す</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>See how gradient-based optimizers descend a loss landscape.</source>
   <translation>勾配に基づく最適化手法が損失の地形を下るようすを見るアプリ。</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>Surface</source>
   <translation>曲面</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>Terrain</source>
   <translation>地形</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>Theme</source>
   <translation>配色</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/main_window.py" />
   <source>Undo</source>
   <translation>元に戻す</translation>
  </message>
 </context>
 <context>
  <name>MapView</name>
  <message>
   <location filename="../../optexplorer/gui/views/map_view.py" />
   <source>Click or drag: start point
Wheel: zoom
Shift+drag: move the map
Double-click: whole map
Alt+arrow keys: move the start</source>
   <translation>クリック・ドラッグ: 初期点
ホイール: 拡大・縮小
Shift+ドラッグ: 地図の移動
ダブルクリック: 全体を表示
Alt+矢印キー: 初期点を動かす</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/views/map_view.py" />
   <source>Contour map</source>
   <translation>等高線図</translation>
  </message>
 </context>
 <context>
  <name>NumberField</name>
  <message>
   <location filename="../../optexplorer/gui/fields/number_field.py" />
   <source>A number is missing.</source>
   <translation>数値を入力してください。</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/number_field.py" />
   <source>Right would be, for example, 0.05 or 5e-2.</source>
   <translation>例: 0.05、5e-2</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/number_field.py" />
   <source>Right would be, for example, {0}.</source>
   <translation>例: {0}</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/number_field.py" />
   <source>must be at least {0}</source>
   <translation>{0} 以上にしてください</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/number_field.py" />
   <source>must be at most {0}</source>
   <translation>{0} 以下にしてください</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/number_field.py" />
   <source>must be greater than {0}</source>
   <translation>{0} より大きくしてください</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/number_field.py" />
   <source>must be less than {0}</source>
   <translation>{0} より小さくしてください</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/number_field.py" />
   <source>{0} is not a whole number. Right would be {1}.</source>
   <translation>{0} は整数ではありません。例: {1}</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/number_field.py" />
   <source>{0} is too large: {1}.</source>
   <translation>{0} は大きすぎます。{1}。</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/number_field.py" />
   <source>{0} is too small: {1}.</source>
   <translation>{0} は小さすぎます。{1}。</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/number_field.py" />
   <source>“{0}” is not a number.</source>
   <translation>「{0}」は数値ではありません。</translation>
  </message>
 </context>
 <context>
  <name>RacerCard</name>
  <message>
   <location filename="../../optexplorer/gui/panels/racer_card.py" />
   <source>Duplicate</source>
   <translation>複製</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/racer_card.py" />
   <source>Duplicate racer {0}</source>
   <translation>走者{0}を複製</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/racer_card.py" />
   <source>More settings</source>
   <translation>詳細設定</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/racer_card.py" />
   <source>More settings of racer {0}</source>
   <translation>走者{0}の詳細設定</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/racer_card.py" />
   <source>Optimizer of racer {0}</source>
   <translation>走者{0}の最適化手法</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/racer_card.py" />
   <source>Remove</source>
   <translation>削除</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/racer_card.py" />
   <source>Remove racer {0}</source>
   <translation>走者{0}を削除</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/racer_card.py" />
   <source>Show racer {0}</source>
   <translation>走者{0}を表示</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/racer_card.py" />
   <source>loss {0}</source>
   <translation>損失 {0}</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/racer_card.py" />
   <source>not shown</source>
   <translation>非表示</translation>
  </message>
 </context>
 <context>
  <name>RacersPanel</name>
  <message>
   <location filename="../../optexplorer/gui/panels/racers_panel.py" />
   <source>Add another optimizer to the race</source>
   <translation>最適化手法をもう1つ加える</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/racers_panel.py" />
   <source>Add racer</source>
   <translation>走者を追加</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/racers_panel.py" />
   <source>Racers</source>
   <translation>走者</translation>
  </message>
 </context>
 <context>
  <name>ReadoutView</name>
  <message>
   <location filename="../../optexplorer/gui/views/readout_view.py" />
   <source>Loss</source>
   <translation>損失</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/views/readout_view.py" />
   <source>Outcome</source>
   <translation>結果</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/views/readout_view.py" />
   <source>Racer</source>
   <translation>走者</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/views/readout_view.py" />
   <source>Rate</source>
   <translation>学習率</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/views/readout_view.py" />
   <source>Read-out</source>
   <translation>数値表示</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/views/readout_view.py" />
   <source>Step</source>
   <translation>ステップ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/views/readout_view.py" />
   <source>The racers at the playhead</source>
   <translation>再生位置での各走者の値</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/views/readout_view.py" />
   <source>‖∇f‖</source>
   <translation>‖∇f‖</translation>
  </message>
 </context>
 <context>
  <name>SpinField</name>
  <message>
   <location filename="../../optexplorer/gui/fields/number_field.py" />
   <source>Less</source>
   <translation>減らす</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/fields/number_field.py" />
   <source>More</source>
   <translation>増やす</translation>
  </message>
 </context>
 <context>
  <name>StartPanel</name>
  <message>
   <location filename="../../optexplorer/gui/panels/start_panel.py" />
   <source>Another seed</source>
   <translation>別のシード</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/start_panel.py" />
   <source>Back to the landscape's own start</source>
   <translation>この地形の既定の初期点に戻す</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/start_panel.py" />
   <source>How many steps every racer takes at most</source>
   <translation>各走者が進む最大のステップ数</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/start_panel.py" />
   <source>Seed</source>
   <translation>乱数シード</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/start_panel.py" />
   <source>Start and run</source>
   <translation>初期点と実行</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/start_panel.py" />
   <source>Start {0}</source>
   <translation>初期点 {0}</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/start_panel.py" />
   <source>Steps</source>
   <translation>ステップ数</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/start_panel.py" />
   <source>The same seed gives the same random numbers</source>
   <translation>シードが同じなら同じ乱数になる</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/start_panel.py" />
   <source>Where the descents begin. Also by dragging on the map.</source>
   <translation>降下を始める点。等高線図上でドラッグしても決められる。</translation>
  </message>
 </context>
 <context>
  <name>Transport</name>
  <message>
   <location filename="../../optexplorer/gui/panels/transport.py" />
   <source>Drag to any step</source>
   <translation>ドラッグで任意のステップへ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/transport.py" />
   <source>Loop (L)</source>
   <translation>繰り返し (L)</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/transport.py" />
   <source>Pause (Space)</source>
   <translation>一時停止 (Space)</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/transport.py" />
   <source>Play (Space)</source>
   <translation>再生 (Space)</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/transport.py" />
   <source>Speed</source>
   <translation>速さ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/transport.py" />
   <source>Speed in steps per second (+ and −)</source>
   <translation>1秒あたりのステップ数 (+ と −)</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/transport.py" />
   <source>Step</source>
   <translation>ステップ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/transport.py" />
   <source>Step at the playhead / last step</source>
   <translation>再生位置のステップ / 最後のステップ</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/transport.py" />
   <source>Step back (←)</source>
   <translation>1ステップ戻る (←)</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/transport.py" />
   <source>Step forward (→)</source>
   <translation>1ステップ進む (→)</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/transport.py" />
   <source>To the end (End)</source>
   <translation>最後へ (End)</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/transport.py" />
   <source>To the start (Home)</source>
   <translation>最初へ (Home)</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/transport.py" />
   <source>{0} steps/s</source>
   <translation>{0} ステップ/秒</translation>
  </message>
 </context>
 <context>
  <name>ViewFrame</name>
  <message>
   <location filename="../../optexplorer/gui/views/view_frame.py" />
   <source>Maximise this view</source>
   <translation>この表示を最大にする</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/views/view_frame.py" />
   <source>Show the views side by side</source>
   <translation>並べて表示する</translation>
  </message>
 </context>
 <context>
  <name>_More</name>
  <message>
   <location filename="../../optexplorer/gui/panels/racer_card.py" />
   <source>Gradient</source>
   <translation>勾配</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/racer_card.py" />
   <source>How the learning rate changes over the steps</source>
   <translation>学習率をステップごとにどう変えるか</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/racer_card.py" />
   <source>Schedule</source>
   <translation>学習率スケジュール</translation>
  </message>
  <message>
   <location filename="../../optexplorer/gui/panels/racer_card.py" />
   <source>Where the gradients come from</source>
   <translation>勾配の求め方</translation>
  </message>
 </context>
</TS>
