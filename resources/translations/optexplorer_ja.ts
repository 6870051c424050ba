<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>File</source>
        <translation>ファイル</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>編集</translation>
    </message>
    <message>
        <source>Playback</source>
        <translation>再生</translation>
    </message>
    <message>
        <source>View</source>
        <translation>表示</translation>
    </message>
    <message>
        <source>Explore</source>
        <translation>探索</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>授業</translation>
    </message>
    <message>
        <source>Present</source>
        <translation>発表</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>ヘルプ</translation>
    </message>
    <message>
        <source>New experiment</source>
        <translation>新しい実験</translation>
    </message>
    <message>
        <source>Gallery…</source>
        <translation>ギャラリー…</translation>
    </message>
    <message>
        <source>Open…</source>
        <translation>開く…</translation>
    </message>
    <message>
        <source>Open data…</source>
        <translation>データを開く…</translation>
    </message>
    <message>
        <source>Save experiment</source>
        <translation>実験を保存</translation>
    </message>
    <message>
        <source>Save experiment as…</source>
        <translation>名前を付けて実験を保存…</translation>
    </message>
    <message>
        <source>Export image…</source>
        <translation>画像を書き出す…</translation>
    </message>
    <message>
        <source>Export film…</source>
        <translation>動画を書き出す…</translation>
    </message>
    <message>
        <source>Copy image</source>
        <translation>画像をコピー</translation>
    </message>
    <message>
        <source>Export data…</source>
        <translation>データを書き出す…</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>終了</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>やり直す</translation>
    </message>
    <message>
        <source>Add racer</source>
        <translation>走者を追加</translation>
    </message>
    <message>
        <source>New formula…</source>
        <translation>新しい数式…</translation>
    </message>
    <message>
        <source>Edit formula…</source>
        <translation>数式を編集…</translation>
    </message>
    <message>
        <source>Paint on the map</source>
        <translation>地図に描く</translation>
    </message>
    <message>
        <source>Data and model…</source>
        <translation>データとモデル…</translation>
    </message>
    <message>
        <source>Edit the data by hand</source>
        <translation>データを手で編集</translation>
    </message>
    <message>
        <source>Reset everything</source>
        <translation>すべて初期状態に戻す</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>テキストとしてコピー</translation>
    </message>
    <message>
        <source>Paste experiment</source>
        <translation>実験を貼り付け</translation>
    </message>
    <message>
        <source>Paste data…</source>
        <translation>データを貼り付け…</translation>
    </message>
    <message>
        <source>Play or pause</source>
        <translation>再生・一時停止</translation>
    </message>
    <message>
        <source>Step forward</source>
        <translation>1ステップ進む</translation>
    </message>
    <message>
        <source>Step back</source>
        <translation>1ステップ戻る</translation>
    </message>
    <message>
        <source>Next epoch</source>
        <translation>次のエポック</translation>
    </message>
    <message>
        <source>Previous epoch</source>
        <translation>前のエポック</translation>
    </message>
    <message>
        <source>To the start</source>
        <translation>最初へ</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>最後へ</translation>
    </message>
    <message>
        <source>Faster</source>
        <translation>速く</translation>
    </message>
    <message>
        <source>Slower</source>
        <translation>遅く</translation>
    </message>
    <message>
        <source>Loop</source>
        <translation>繰り返し</translation>
    </message>
    <message>
        <source>Phase back</source>
        <translation>前の段階</translation>
    </message>
    <message>
        <source>Phase forward</source>
        <translation>次の段階</translation>
    </message>
    <message>
        <source>Play the phases</source>
        <translation>段階を順に再生</translation>
    </message>
    <message>
        <source>Surface and map</source>
        <translation>曲面と等高線図</translation>
    </message>
    <message>
        <source>Surface only</source>
        <translation>曲面のみ</translation>
    </message>
    <message>
        <source>Map only</source>
        <translation>等高線図のみ</translation>
    </message>
    <message>
        <source>Data and fit</source>
        <translation>データと予測</translation>
    </message>
    <message>
        <source>Data and fit only</source>
        <translation>データと予測のみ</translation>
    </message>
    <message>
        <source>Pin to compare</source>
        <translation>固定して比べる</translation>
    </message>
    <message>
        <source>Nine learning rates</source>
        <translation>9通りの学習率</translation>
    </message>
    <message>
        <source>Gradient arrows</source>
        <translation>勾配の矢印</translation>
    </message>
    <message>
        <source>Known minima</source>
        <translation>既知の最小点</translation>
    </message>
    <message>
        <source>Curvature at the head</source>
        <translation>現在地の曲率</translation>
    </message>
    <message>
        <source>Loss of the mini-batch</source>
        <translation>ミニバッチの損失</translation>
    </message>
    <message>
        <source>Gradients of single examples</source>
        <translation>データごとの勾配</translation>
    </message>
    <message>
        <source>Ellipse of the gradients</source>
        <translation>勾配のばらつきの楕円</translation>
    </message>
    <message>
        <source>Anatomy of a step</source>
        <translation>1ステップの内訳</translation>
    </message>
    <message>
        <source>Anatomy of a second racer</source>
        <translation>2人目の走者の内訳</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>ネットワーク</translation>
    </message>
    <message>
        <source>Previous example</source>
        <translation>前のデータ</translation>
    </message>
    <message>
        <source>Next example</source>
        <translation>次のデータ</translation>
    </message>
    <message>
        <source>Mean of the mini-batch</source>
        <translation>ミニバッチの平均</translation>
    </message>
    <message>
        <source>Reset camera and zoom</source>
        <translation>視点と拡大率を元に戻す</translation>
    </message>
    <message>
        <source>Fog</source>
        <translation>霧</translation>
    </message>
    <message>
        <source>Check for rounding</source>
        <translation>丸め誤差の影響を調べる</translation>
    </message>
    <message>
        <source>Transcript</source>
        <translation>経過の文章</translation>
    </message>
    <message>
        <source>Sound of the loss</source>
        <translation>損失の音</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全画面表示</translation>
    </message>
    <message>
        <source>Basin map</source>
        <translation>吸引域の地図</translation>
    </message>
    <message>
        <source>Cloud of descents</source>
        <translation>降下の群れ</translation>
    </message>
    <message>
        <source>Basin shares against a setting…</source>
        <translation>設定と吸引域の割合…</translation>
    </message>
    <message>
        <source>Sweep a setting…</source>
        <translation>設定を掃引する…</translation>
    </message>
    <message>
        <source>Map two settings…</source>
        <translation>二つの設定の地図…</translation>
    </message>
    <message>
        <source>Learning-rate range test…</source>
        <translation>学習率の範囲テスト…</translation>
    </message>
    <message>
        <source>Find good settings…</source>
        <translation>よい設定を探す…</translation>
    </message>
    <message>
        <source>Fair race…</source>
        <translation>公平なレース…</translation>
    </message>
    <message>
        <source>Tournament…</source>
        <translation>トーナメント…</translation>
    </message>
    <message>
        <source>Open lesson…</source>
        <translation>授業を開く…</translation>
    </message>
    <message>
        <source>New lesson from this experiment…</source>
        <translation>この実験から授業を作る…</translation>
    </message>
    <message>
        <source>Export lesson as film…</source>
        <translation>授業を動画として書き出す…</translation>
    </message>
    <message>
        <source>Previous scene</source>
        <translation>前の場面</translation>
    </message>
    <message>
        <source>Next scene</source>
        <translation>次の場面</translation>
    </message>
    <message>
        <source>Back to the lesson</source>
        <translation>授業に戻る</translation>
    </message>
    <message>
        <source>Close the lesson</source>
        <translation>授業を閉じる</translation>
    </message>
    <message>
        <source>What the class sees</source>
        <translation>受講者に見せるもの</translation>
    </message>
    <message>
        <source>Narration</source>
        <translation>解説</translation>
    </message>
    <message>
        <source>Spotlight on the next racer</source>
        <translation>次の走者を目立たせる</translation>
    </message>
    <message>
        <source>Laser pointer</source>
        <translation>レーザーポインター</translation>
    </message>
    <message>
        <source>Pen</source>
        <translation>ペン</translation>
    </message>
    <message>
        <source>Wipe the strokes away</source>
        <translation>書き込みを消す</translation>
    </message>
    <message>
        <source>Black screen</source>
        <translation>画面を黒くする</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>キーボード操作</translation>
    </message>
    <message>
        <source>About optexplorer</source>
        <translation>optexplorerについて</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>ファイルまたはフォルダーがありません</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>権限がありません</translation>
    </message>
    <message>
        <source>Operation not permitted</source>
        <translation>この操作は許可されていません</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>ディスクに空きがありません</translation>
    </message>
    <message>
        <source>Disk quota exceeded</source>
        <translation>ディスクの割り当て量を超えています</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>読み取り専用のディスクです</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>フォルダーです</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>パスの途中がフォルダーではありません</translation>
    </message>
    <message>
        <source>File exists</source>
        <translation>同じ名前のファイルがすでにあります</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>名前が長すぎます</translation>
    </message>
    <message>
        <source>Too many levels of symbolic links</source>
        <translation>シンボリックリンクが循環しています</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>入出力エラーが起きました</translation>
    </message>
</context>
<context>
    <name>AbsenceView</name>
    <message>
        <source>Why there is no picture</source>
        <translation>図がない理由</translation>
    </message>
</context>
<context>
    <name>AnatomyView</name>
    <message>
        <source>Anatomy of a step</source>
        <translation>1ステップの内訳</translation>
    </message>
</context>
<context>
    <name>BasinBar</name>
    <message>
        <source>Basins of</source>
        <translation>吸引域:</translation>
    </message>
    <message>
        <source>The racer whose basins are shown</source>
        <translation>吸引域を表示する走者</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>Opacity of the basin map</source>
        <translation>吸引域の地図の不透明度</translation>
    </message>
</context>
<context>
    <name>BestValues</name>
    <message>
        <source>Adopted</source>
        <translation>採用済み</translation>
    </message>
    <message>
        <source>Adopt</source>
        <translation>採用</translation>
    </message>
    <message>
        <source>{0}: adopt {1}</source>
        <translation>{0}: {1} を採用</translation>
    </message>
</context>
<context>
    <name>ChartControls</name>
    <message>
        <source>Loss</source>
        <translation>損失</translation>
    </message>
    <message>
        <source>The loss over the steps</source>
        <translation>ステップごとの損失</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学習率</translation>
    </message>
    <message>
        <source>The learning rate over the steps</source>
        <translation>ステップごとの学習率</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>勾配</translation>
    </message>
    <message>
        <source>The norm of the gradient over the steps</source>
        <translation>ステップごとの勾配の大きさ</translation>
    </message>
    <message>
        <source>Stability</source>
        <translation>安定性</translation>
    </message>
    <message>
        <source>The largest curvature along the path, and the limit above which steps of this optimizer diverge</source>
        <translation>経路に沿った最大曲率と、それを超えるとこの手法の更新が振動して発散する限界</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>正解率</translation>
    </message>
    <message>
        <source>The share of examples whose class is predicted correctly</source>
        <translation>クラスを正しく当てたデータの割合</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>学習率</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>グラフ</translation>
    </message>
    <message>
        <source>What the chart shows</source>
        <translation>グラフの内容</translation>
    </message>
    <message>
        <source>Chart over</source>
        <translation>グラフの横軸</translation>
    </message>
    <message>
        <source>Over the steps</source>
        <translation>ステップ</translation>
    </message>
    <message>
        <source>Over the steps, logarithmically</source>
        <translation>ステップ(対数)</translation>
    </message>
    <message>
        <source>Over the evaluations, in gradients</source>
        <translation>評価回数(勾配換算)</translation>
    </message>
    <message>
        <source>Over the epochs</source>
        <translation>エポック</translation>
    </message>
    <message>
        <source>Show all of the chart</source>
        <translation>グラフ全体を表示</translation>
    </message>
    <message>
        <source>Axes of the chart</source>
        <translation>グラフの軸</translation>
    </message>
</context>
<context>
    <name>ChartView</name>
    <message>
        <source>Chart</source>
        <translation>グラフ</translation>
    </message>
    <message>
        <source>Click or drag: go to that step
Wheel: zoom; over an axis, only along it
Shift+drag: move the chart
Double-click: whole chart</source>
        <translation>クリック・ドラッグ: そのステップへ移動
ホイール: 拡大・縮小(軸の上ではその軸のみ)
Shift+ドラッグ: グラフの移動
ダブルクリック: 全体を表示</translation>
    </message>
</context>
<context>
    <name>ChooseDataDialog</name>
    <message>
        <source>Data and model</source>
        <translation>データとモデル</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>データ</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>What learns from the data</source>
        <translation>データから学習するモデル</translation>
    </message>
    <message>
        <source>Open a file…</source>
        <translation>ファイルを開く…</translation>
    </message>
    <message>
        <source>A table of your own: CSV, TSV or text</source>
        <translation>自分の表(CSV、TSV、テキスト)</translation>
    </message>
    <message>
        <source>Paste a table</source>
        <translation>表を貼り付け</translation>
    </message>
    <message>
        <source>A table that was copied from a spreadsheet</source>
        <translation>表計算ソフトでコピーした表</translation>
    </message>
    <message>
        <source>Picture of the data</source>
        <translation>データの図</translation>
    </message>
    <message>
        <source>Use these</source>
        <translation>これを使う</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>No model can learn from these data.</source>
        <translation>このデータを学習できるモデルはありません。</translation>
    </message>
</context>
<context>
    <name>CloudBar</name>
    <message>
        <source>Cloud of</source>
        <translation>群れ</translation>
    </message>
    <message>
        <source>The racer that descends many times</source>
        <translation>何度も降下する走者</translation>
    </message>
    <message>
        <source>How many descents</source>
        <translation>降下の回数</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>初期点</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>シード</translation>
    </message>
    <message>
        <source>What differs</source>
        <translation>変えるもの</translation>
    </message>
    <message>
        <source>The starts, spread around the racer&apos;s own; or the seeds of noise and mini-batches</source>
        <translation>走者の初期点のまわりに散らした初期点か、ノイズやミニバッチの乱数シード</translation>
    </message>
    <message>
        <source>Spread</source>
        <translation>ばらつき</translation>
    </message>
    <message>
        <source>Standard deviation of the starts, in half widths of the domain</source>
        <translation>初期点の標準偏差(定義域の半幅を1とする)</translation>
    </message>
</context>
<context>
    <name>CodeMenu</name>
    <message>
        <source>Copy as code</source>
        <translation>コードとしてコピー</translation>
    </message>
    <message>
        <source>No racers</source>
        <translation>走者がいません</translation>
    </message>
    <message>
        <source>{0} for {1} is on the clipboard.</source>
        <translation>{1}用の{0}のコードをクリップボードにコピーしました。</translation>
    </message>
</context>
<context>
    <name>ColourChip</name>
    <message>
        <source>Colour of racer {0}</source>
        <translation>走者{0}の色</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>青</translation>
    </message>
    <message>
        <source>Vermilion</source>
        <translation>朱</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>緑</translation>
    </message>
    <message>
        <source>Pink</source>
        <translation>桃</translation>
    </message>
    <message>
        <source>Orange</source>
        <translation>橙</translation>
    </message>
    <message>
        <source>Sky blue</source>
        <translation>空色</translation>
    </message>
    <message>
        <source>Violet</source>
        <translation>紫</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>灰色</translation>
    </message>
    <message>
        <source>Other…</source>
        <translation>その他…</translation>
    </message>
</context>
<context>
    <name>ControlPanel</name>
    <message>
        <source>Control panel</source>
        <translation>設定パネル</translation>
    </message>
    <message>
        <source>This cannot be computed: {0}</source>
        <translation>計算できません: {0}</translation>
    </message>
</context>
<context>
    <name>CurveView</name>
    <message>
        <source>Loss curve</source>
        <translation>損失の曲線</translation>
    </message>
    <message>
        <source>Click or drag: start point
Wheel: zoom
Shift+drag: move the curve
Double-click: whole curve
Alt+arrow keys: move the start</source>
        <translation>クリック・ドラッグ: 初期点
ホイール: 拡大・縮小
Shift+ドラッグ: 曲線の移動
ダブルクリック: 全体を表示
Alt+矢印キー: 初期点を動かす</translation>
    </message>
</context>
<context>
    <name>DataCommands</name>
    <message>
        <source>Data and model</source>
        <translation>データとモデル</translation>
    </message>
    <message>
        <source>Paste data</source>
        <translation>データを貼り付け</translation>
    </message>
    <message>
        <source>There is no table on the clipboard. Copy at least two rows in a spreadsheet, then paste again.</source>
        <translation>クリップボードに表がありません。表計算ソフトで2行以上をコピーしてから、もう一度貼り付けてください。</translation>
    </message>
    <message>
        <source>Clipboard</source>
        <translation>クリップボード</translation>
    </message>
    <message>
        <source>Open data</source>
        <translation>データを開く</translation>
    </message>
</context>
<context>
    <name>DataDialog</name>
    <message>
        <source>Export data</source>
        <translation>データの書き出し</translation>
    </message>
    <message>
        <source>Every step of the visible racers</source>
        <translation>表示中の走者の全ステップ</translation>
    </message>
    <message>
        <source>The landscape on a grid</source>
        <translation>格子上の地形</translation>
    </message>
    <message>
        <source>Along each side of the grid</source>
        <translation>格子の一辺の点の数</translation>
    </message>
    <message>
        <source>Parquet (needs pyarrow)</source>
        <translation>Parquet(pyarrowが必要)</translation>
    </message>
    <message>
        <source>CSV, and a JSON file that says what the columns are</source>
        <translation>CSVと、各列を説明するJSONファイル</translation>
    </message>
    <message>
        <source>NPZ, for NumPy</source>
        <translation>NPZ(NumPy用)</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>データ</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>点の数</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>形式</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>単位</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>意味</translation>
    </message>
    <message>
        <source>First row</source>
        <translation>最初の行</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
    <message numerus="yes">
        <source>%Ln rows</source>
        <translation>
            <numerusform>%Ln行</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} could not be written: {1}</source>
        <translation>{0} に書き込めませんでした: {1}</translation>
    </message>
</context>
<context>
    <name>DataEditing</name>
    <message>
        <source>No more examples can be added.</source>
        <translation>これ以上データを追加できません。</translation>
    </message>
    <message>
        <source>Add example</source>
        <translation>データを追加</translation>
    </message>
    <message>
        <source>Move example</source>
        <translation>データを移動</translation>
    </message>
    <message>
        <source>At least two examples must stay.</source>
        <translation>データは2個以上必要です。</translation>
    </message>
    <message>
        <source>Remove example</source>
        <translation>データを削除</translation>
    </message>
</context>
<context>
    <name>Document</name>
    <message>
        <source>{0} could not be saved: {1}</source>
        <translation>{0} を保存できませんでした: {1}</translation>
    </message>
    <message>
        <source>{0} could not be opened: {1}</source>
        <translation>{0} を開けませんでした: {1}</translation>
    </message>
</context>
<context>
    <name>DocumentDialogs</name>
    <message>
        <source>Experiments and pictures of them</source>
        <translation>実験とその画像</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>すべてのファイル</translation>
    </message>
    <message>
        <source>Open experiment</source>
        <translation>実験を開く</translation>
    </message>
    <message>
        <source>Tables of data</source>
        <translation>表形式のデータ</translation>
    </message>
    <message>
        <source>Open data</source>
        <translation>データを開く</translation>
    </message>
    <message>
        <source>Save experiment</source>
        <translation>実験を保存</translation>
    </message>
    <message>
        <source>Experiments</source>
        <translation>実験</translation>
    </message>
    <message>
        <source>This is your own experiment from before the lesson, not the lesson&apos;s scene.</source>
        <translation>これは授業を開く前のご自分の実験です。授業の場面ではありません。</translation>
    </message>
    <message>
        <source>Save the changes to {0}?</source>
        <translation>{0} への変更を保存しますか?</translation>
    </message>
    <message>
        <source>Save the landscape that you made in the lesson&apos;s scene?</source>
        <translation>授業の場面で作った地形を保存しますか?</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>名前を付けて保存…</translation>
    </message>
    <message>
        <source>Overwrite</source>
        <translation>上書き</translation>
    </message>
    <message>
        <source>Overwriting loses what the other program wrote.</source>
        <translation>上書きすると、ほかのプログラムが書き込んだ内容は失われます。</translation>
    </message>
    <message>
        <source>Reload the file</source>
        <translation>ファイルを読み込み直す</translation>
    </message>
    <message>
        <source>Reloading loses your unsaved changes.</source>
        <translation>読み込み直すと、保存していない変更は失われます。</translation>
    </message>
    <message>
        <source>{0} was changed by another program or window after it was opened here.</source>
        <translation>{0} は、ここで開いた後にほかのプログラムまたはウィンドウで変更されました。</translation>
    </message>
    <message>
        <source>What is not saved now will be lost.</source>
        <translation>保存しない変更は失われます。</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>破棄</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>Durations</name>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} 分</translation>
    </message>
    <message>
        <source>{0} h</source>
        <translation>{0} 時間</translation>
    </message>
</context>
<context>
    <name>Edits</name>
    <message>
        <source>Landscape</source>
        <translation>地形</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>初期点</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>ステップ数</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>乱数シード</translation>
    </message>
    <message>
        <source>Racer {0}</source>
        <translation>走者{0}</translation>
    </message>
    <message>
        <source>Add racer</source>
        <translation>走者を追加</translation>
    </message>
    <message>
        <source>Duplicate racer</source>
        <translation>走者を複製</translation>
    </message>
    <message>
        <source>Remove racer</source>
        <translation>走者を削除</translation>
    </message>
    <message>
        <source>Plane</source>
        <translation>平面</translation>
    </message>
    <message>
        <source>Learning rates</source>
        <translation>学習率</translation>
    </message>
    <message>
        <source>Reset everything</source>
        <translation>すべて初期状態に戻す</translation>
    </message>
</context>
<context>
    <name>ExportCommands</name>
    <message>
        <source>There is nothing to export: this cannot be computed.</source>
        <translation>書き出すものがありません: 計算できない設定です。</translation>
    </message>
    <message>
        <source>The export begins as soon as everything is computed …</source>
        <translation>すべての計算が終わりしだい書き出します…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export image</source>
        <translation>画像の書き出し</translation>
    </message>
    <message>
        <source>Keep the experiment in the picture</source>
        <translation>実験を画像に埋め込む</translation>
    </message>
    <message>
        <source>Dropped on the window, the picture then brings the experiment back.</source>
        <translation>この画像をウィンドウにドロップすると、実験を復元できます。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>コピー</translation>
    </message>
    <message>
        <source>Put the picture on the clipboard, as pixels and as SVG</source>
        <translation>画像をクリップボードへ(画素とSVGの両方)</translation>
    </message>
    <message>
        <source>Choose at least one view for the figure.</source>
        <translation>図に含める表示を1つ以上選んでください。</translation>
    </message>
    <message>
        <source>{0} × {1} cm in print</source>
        <translation>印刷時 {0} × {1} cm</translation>
    </message>
</context>
<context>
    <name>FailureNotices</name>
    <message>
        <source>Something went wrong: {0}</source>
        <translation>問題が起きました: {0}</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>詳細</translation>
    </message>
    <message>
        <source>It has been written to {0}</source>
        <translation>{0} に記録しました</translation>
    </message>
</context>
<context>
    <name>FairRaceWindow</name>
    <message>
        <source>Fair race</source>
        <translation>公平なレース</translation>
    </message>
    <message>
        <source>Racers</source>
        <translation>走者</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>予算</translation>
    </message>
    <message>
        <source>Searched</source>
        <translation>探す設定</translation>
    </message>
    <message>
        <source>What the evaluations of each descent may cost, in gradients; the prices stand below the picture</source>
        <translation>1回の降下で評価に使える費用(勾配換算)。換算の比率は図の下に示す</translation>
    </message>
    <message>
        <source>rate, momentum</source>
        <translation>学習率ほか</translation>
    </message>
    <message>
        <source>rate only</source>
        <translation>学習率のみ</translation>
    </message>
    <message>
        <source>Which settings are searched, of every racer</source>
        <translation>すべての走者について探す設定</translation>
    </message>
    <message>
        <source>Adopt</source>
        <translation>採用</translation>
    </message>
    <message>
        <source>Give every racer the settings that were found; undo takes it back</source>
        <translation>見つかった設定をすべての走者に与える。元に戻すこともできる</translation>
    </message>
    <message>
        <source>Adopt and run</source>
        <translation>採用してレース</translation>
    </message>
    <message>
        <source>Give every racer its settings, and run the race over evaluations in the main window</source>
        <translation>すべての走者に設定を与え、メインウィンドウで評価回数を横軸にしてレースを行う</translation>
    </message>
    <message numerus="yes">
        <source>%n racer(s)</source>
        <translation>
            <numerusform>走者%n人</numerusform>
        </translation>
    </message>
    <message>
        <source>waits</source>
        <translation>待機中</translation>
    </message>
    <message>
        <source>evaluations to the target</source>
        <translation>目標までの評価回数</translation>
    </message>
    <message>
        <source>loss {0}</source>
        <translation>損失 {0}</translation>
    </message>
    <message>
        <source>{0} gradients</source>
        <translation>勾配 {0}回</translation>
    </message>
    <message>
        <source>{0} losses</source>
        <translation>損失 {0}回</translation>
    </message>
    <message>
        <source>{0} Hessians</source>
        <translation>ヘッセ行列 {0}回</translation>
    </message>
    <message>
        <source>evaluated until the end (median): {0}</source>
        <translation>終わりまでの評価(中央値): {0}</translation>
    </message>
    <message>
        <source>target reached {0} of {1} times, the median after {2} evaluations</source>
        <translation>{1}回中{0}回目標に到達。中央値は評価{2}回</translation>
    </message>
    <message>
        <source>round {0} of {1}</source>
        <translation>第{0}段階(全{1}段階)</translation>
    </message>
    <message>
        <source>Settings of the fair race</source>
        <translation>公平なレースの設定</translation>
    </message>
</context>
<context>
    <name>FigureButton</name>
    <message>
        <source>Export figure…</source>
        <translation>図を書き出す…</translation>
    </message>
    <message>
        <source>As in the window</source>
        <translation>ウィンドウのとおり</translation>
    </message>
</context>
<context>
    <name>FigureForm</name>
    <message>
        <source>Loss curve</source>
        <translation>損失の曲線</translation>
    </message>
    <message>
        <source>Surface</source>
        <translation>曲面</translation>
    </message>
    <message>
        <source>Contour map</source>
        <translation>等高線図</translation>
    </message>
    <message>
        <source>Data and fit</source>
        <translation>データと予測</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>ネットワーク</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>損失</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学習率</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>勾配</translation>
    </message>
    <message>
        <source>Stability</source>
        <translation>安定性</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>正解率</translation>
    </message>
    <message>
        <source>Figure of several views</source>
        <translation>複数の表示を並べた図</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>グラフ</translation>
    </message>
    <message>
        <source>Names of the racers above</source>
        <translation>走者の名前を上に表示</translation>
    </message>
    <message>
        <source>A text below, if you like</source>
        <translation>図の下に添える文(任意)</translation>
    </message>
    <message>
        <source>Own size</source>
        <translation>自由なサイズ</translation>
    </message>
    <message>
        <source>Pixels per inch: the size of the picture when it is printed</source>
        <translation>1インチあたりの画素数。印刷時の大きさが決まる</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>ライト</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>ダーク</translation>
    </message>
    <message>
        <source>Transparent background</source>
        <translation>背景を透明にする</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Caption</source>
        <translation>説明文</translation>
    </message>
    <message>
        <source>Made for</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大きさ</translation>
    </message>
    <message>
        <source>Resolution</source>
        <translation>解像度</translation>
    </message>
    <message>
        <source>Type size</source>
        <translation>文字の大きさ</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>配色</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>幅</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高さ</translation>
    </message>
</context>
<context>
    <name>FileCommands</name>
    <message>
        <source>Clear this list</source>
        <translation>一覧を消去</translation>
    </message>
    <message>
        <source>No recent files</source>
        <translation>最近使ったファイルはありません</translation>
    </message>
    <message>
        <source>Save your own experiment from before the lesson</source>
        <translation>授業を開く前のご自分の実験を保存</translation>
    </message>
    <message>
        <source>The lesson&apos;s scene was saved to {0}.</source>
        <translation>授業の場面を {0} に保存しました。</translation>
    </message>
    <message>
        <source>Your own experiment was saved to {0}, not the lesson&apos;s scene.</source>
        <translation>ご自分の実験を {0} に保存しました。授業の場面は保存していません。</translation>
    </message>
    <message>
        <source>Untitled</source>
        <translation>無題</translation>
    </message>
    <message>
        <source>it could not be read again as it is</source>
        <translation>このままでは読み込み直せません</translation>
    </message>
    <message>
        <source>The experiment is on the clipboard as a text. Edit → Paste experiment brings it back.</source>
        <translation>実験をテキストとしてクリップボードにコピーしました。「編集 → 実験を貼り付け」で復元できます。</translation>
    </message>
    <message>
        <source>Paste experiment</source>
        <translation>実験を貼り付け</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>破棄</translation>
    </message>
    <message>
        <source>The file {0} holds unsaved changes but cannot be read: {1}</source>
        <translation>ファイル {0} には保存されていない変更がありますが、読み込めません: {1}</translation>
    </message>
    <message>
        <source>optexplorer ended unexpectedly. Unsaved changes of {0} ({1}) from {2} were kept.</source>
        <translation>optexplorerが予期せず終了しました。{0}({1})の{2}時点の未保存の変更が残っています。</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>復元</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>削除</translation>
    </message>
    <message>
        <source>Unsaved changes cannot be kept for after a crash: {0}</source>
        <translation>異常終了に備えた自動保存ができません: {0}</translation>
    </message>
</context>
<context>
    <name>FilmDialog</name>
    <message>
        <source>Export film</source>
        <translation>動画の書き出し</translation>
    </message>
    <message>
        <source>Frame that is previewed</source>
        <translation>プレビューするコマ</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>進み具合</translation>
    </message>
    <message>
        <source>Choose at least one view for the figure.</source>
        <translation>図に含める表示を1つ以上選んでください。</translation>
    </message>
    <message numerus="yes">
        <source>%Ln frames</source>
        <translation>
            <numerusform>%Lnコマ</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} seconds, {1}, about {2}</source>
        <translation>{0}秒、{1}、約{2}</translation>
    </message>
    <message>
        <source>Folders (*)</source>
        <translation>フォルダー (*)</translation>
    </message>
</context>
<context>
    <name>FitView</name>
    <message>
        <source>Data and fit</source>
        <translation>データと予測</translation>
    </message>
    <message>
        <source>Click: add an example
Drag: move it
Right click or Delete: remove it
Number keys, or a click on a name above: the class</source>
        <translation>クリック: データを追加
ドラッグ: データを移動
右クリック・Delete: データを削除
数字キー、または上の名前をクリック: クラスを選ぶ</translation>
    </message>
    <message>
        <source>The data, and what each racer predicts at the present step</source>
        <translation>データと、現在のステップでの各走者の予測</translation>
    </message>
</context>
<context>
    <name>FormulaDialog</name>
    <message>
        <source>New formula</source>
        <translation>新しい数式</translation>
    </message>
    <message>
        <source>Edit formula</source>
        <translation>数式を編集</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>数式</translation>
    </message>
    <message>
        <source>The loss, written in x and y or in one variable</source>
        <translation>損失を x と y、または1つの変数で表した式</translation>
    </message>
    <message>
        <source>Keep in my landscapes</source>
        <translation>自分の地形に登録</translation>
    </message>
    <message>
        <source>Lists it among the landscapes, today and next time</source>
        <translation>地形の一覧に加え、次回以降も使えるようにする</translation>
    </message>
    <message>
        <source>Height scale</source>
        <translation>高さの目盛</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>線形</translation>
    </message>
    <message>
        <source>Heights as they are</source>
        <translation>高さをそのまま表示</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>対数</translation>
    </message>
    <message>
        <source>Logarithm of the heights: deep valleys become visible</source>
        <translation>高さの対数を表示。深い谷が見えるようになる</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>My formula</source>
        <translation>自分の数式</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>プレビュー</translation>
    </message>
    <message>
        <source>Use this landscape</source>
        <translation>この地形を使う</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Nowhere in this range is the loss a number.</source>
        <translation>この範囲では、損失が数値になる点がありません。</translation>
    </message>
    <message>
        <source>At the start the loss or its slope is not a number; choose another start.</source>
        <translation>初期点では損失またはその傾きが数値になりません。別の初期点を選んでください。</translation>
    </message>
    <message>
        <source>A name is missing: without one it cannot be kept.</source>
        <translation>名前がないと登録できません。</translation>
    </message>
</context>
<context>
    <name>FormulaExamples</name>
    <message>
        <source>Examples</source>
        <translation>例</translation>
    </message>
    <message>
        <source>Example {0}</source>
        <translation>例 {0}</translation>
    </message>
    <message>
        <source>Put this formula into the field</source>
        <translation>この数式を入力欄に入れる</translation>
    </message>
</context>
<context>
    <name>FormulaGrammar</name>
    <message>
        <source>What can be written</source>
        <translation>書けるもの</translation>
    </message>
    <message>
        <source>Arithmetic</source>
        <translation>四則演算</translation>
    </message>
    <message>
        <source>Functions</source>
        <translation>関数</translation>
    </message>
    <message>
        <source>Choice</source>
        <translation>場合分け</translation>
    </message>
    <message>
        <source>Sum</source>
        <translation>総和</translation>
    </message>
    <message>
        <source>Also understood</source>
        <translation>このほかに使える書き方</translation>
    </message>
    <message>
        <source>Other names</source>
        <translation>その他の名前</translation>
    </message>
    <message>
        <source>become parameters with sliders</source>
        <translation>スライダー付きのパラメータになる</translation>
    </message>
</context>
<context>
    <name>GalleryDialog</name>
    <message>
        <source>Gallery</source>
        <translation>ギャラリー</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近使ったもの</translation>
    </message>
    <message>
        <source>Experiments worth seeing</source>
        <translation>見どころのある実験</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
</context>
<context>
    <name>IntegersField</name>
    <message>
        <source>“{0}” is no step number. Right would be, for example, 50, 100.</source>
        <translation>「{0}」はステップ番号ではありません。例: 50, 100</translation>
    </message>
</context>
<context>
    <name>KeysDialog</name>
    <message>
        <source>Keyboard</source>
        <translation>キーボード操作</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Racers</source>
        <translation>走者</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>マウス</translation>
    </message>
    <message>
        <source>Show or hide a racer</source>
        <translation>走者の表示・非表示</translation>
    </message>
    <message>
        <source>The same, while presenting</source>
        <translation>同じ(発表中)</translation>
    </message>
    <message>
        <source>Click, drag on the map</source>
        <translation>地図をクリック・ドラッグ</translation>
    </message>
    <message>
        <source>Move the start</source>
        <translation>初期点を動かす</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>ホイール</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>拡大・縮小</translation>
    </message>
    <message>
        <source>Shift + drag</source>
        <translation>Shift + ドラッグ</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>表示位置を動かす</translation>
    </message>
    <message>
        <source>Drag on the surface</source>
        <translation>曲面をドラッグ</translation>
    </message>
    <message>
        <source>Turn the camera</source>
        <translation>視点を回す</translation>
    </message>
    <message>
        <source>Shift + arrow keys</source>
        <translation>Shift + 矢印キー</translation>
    </message>
    <message>
        <source>Turn the camera, if the surface has the focus</source>
        <translation>視点を回す(曲面選択時)</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>ダブルクリック</translation>
    </message>
    <message>
        <source>Reset camera and zoom</source>
        <translation>視点と拡大率を元に戻す</translation>
    </message>
</context>
<context>
    <name>LandscapeCommands</name>
    <message>
        <source>Of your own landscapes, some cannot be read:</source>
        <translation>読み込めない自分の地形があります:</translation>
    </message>
    <message>
        <source>Parameter {0}</source>
        <translation>パラメータ {0}</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>数式</translation>
    </message>
    <message>
        <source>Keep in my landscapes…</source>
        <translation>自分の地形に登録…</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>名前を変更…</translation>
    </message>
    <message>
        <source>Delete from my landscapes…</source>
        <translation>自分の地形から削除…</translation>
    </message>
    <message>
        <source>Keep in my landscapes</source>
        <translation>自分の地形に登録</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Keep landscape</source>
        <translation>地形の登録</translation>
    </message>
    <message>
        <source>There is another landscape called “{0}” among yours. Replace it?</source>
        <translation>「{0}」という自分の地形がすでにあります。置き換えますか?</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>名前を変更</translation>
    </message>
    <message>
        <source>“{0}” is no longer there: another window or program has deleted it.</source>
        <translation>「{0}」はもうありません。別のウィンドウかプログラムが削除しました。</translation>
    </message>
    <message>
        <source>Rename landscape</source>
        <translation>地形の名前を変更</translation>
    </message>
    <message>
        <source>Delete “{0}” from your landscapes? The experiment on the screen stays.</source>
        <translation>「{0}」を自分の地形から削除しますか? 画面上の実験はそのまま残ります。</translation>
    </message>
    <message>
        <source>Delete from my landscapes</source>
        <translation>自分の地形から削除</translation>
    </message>
    <message>
        <source>My landscapes</source>
        <translation>自分の地形</translation>
    </message>
</context>
<context>
    <name>LandscapePainting</name>
    <message>
        <source>Flat ground</source>
        <translation>平らな地面</translation>
    </message>
    <message>
        <source>Open picture as height map</source>
        <translation>画像を高さとして開く</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg *.jpeg)</source>
        <translation>画像 (*.png *.jpg *.jpeg)</translation>
    </message>
    <message>
        <source>Picture as height map</source>
        <translation>画像を高さに</translation>
    </message>
    <message>
        <source>Brush stroke</source>
        <translation>ブラシのひと塗り</translation>
    </message>
</context>
<context>
    <name>LandscapePanel</name>
    <message>
        <source>Landscape</source>
        <translation>地形</translation>
    </message>
    <message>
        <source>Formula</source>
        <translation>数式</translation>
    </message>
    <message>
        <source>Write a landscape of your own as a formula</source>
        <translation>自分の地形を数式で書く</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>編集</translation>
    </message>
    <message>
        <source>Change a copy of this landscape&apos;s formula</source>
        <translation>この地形の数式の写しを変更する</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>描く</translation>
    </message>
    <message>
        <source>Paint hills and valleys on the contour map</source>
        <translation>等高線図に丘や谷を描く</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>データ</translation>
    </message>
    <message>
        <source>Choose data and a model, or open a table of your own</source>
        <translation>データとモデルを選ぶか、自分の表を開く</translation>
    </message>
    <message>
        <source>My landscapes: keep, rename, delete</source>
        <translation>自分の地形: 登録・名前の変更・削除</translation>
    </message>
    <message>
        <source>Height scale</source>
        <translation>高さの目盛</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>自動</translation>
    </message>
    <message>
        <source>The scale that suits this landscape</source>
        <translation>この地形に適した目盛</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>線形</translation>
    </message>
    <message>
        <source>Heights as they are</source>
        <translation>高さをそのまま表示</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>対数</translation>
    </message>
    <message>
        <source>Logarithm of the heights: deep valleys become visible</source>
        <translation>高さの対数を表示。深い谷が見えるようになる</translation>
    </message>
    <message>
        <source>The loss that is minimised</source>
        <translation>最小化する損失関数</translation>
    </message>
</context>
<context>
    <name>LayeredView</name>
    <message>
        <source>This cannot be drawn: {0}</source>
        <translation>描画できません: {0}</translation>
    </message>
</context>
<context>
    <name>LayersField</name>
    <message>
        <source>Remove the last layer</source>
        <translation>最後の層を削除</translation>
    </message>
    <message>
        <source>Add a layer</source>
        <translation>層を追加</translation>
    </message>
    <message>
        <source>“{0}” is not a number of neurons. Right would be, for example, 16, 16: whole numbers above zero.</source>
        <translation>「{0}」はニューロン数ではありません。0より大きい整数を入力してください。例: 16, 16</translation>
    </message>
</context>
<context>
    <name>LearningPanel</name>
    <message>
        <source>Data</source>
        <translation>データ</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>Settings of the data</source>
        <translation>データの設定</translation>
    </message>
    <message>
        <source>Settings of the model</source>
        <translation>モデルの設定</translation>
    </message>
    <message>
        <source>Numbers to predict</source>
        <translation>数値を予測(回帰)</translation>
    </message>
    <message>
        <source>Classes to predict</source>
        <translation>クラスを予測(分類)</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>ファイルから…</translation>
    </message>
</context>
<context>
    <name>LearningWords</name>
    <message numerus="yes">
        <source>%n example(s)</source>
        <translation>
            <numerusform>データ%n個</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n input(s)</source>
        <translation>
            <numerusform>入力%n個</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n class(es)</source>
        <translation>
            <numerusform>%nクラス</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} to learn from, {1} held out</source>
        <translation>訓練データ{0}個、検証データ{1}個</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}: {1}</translation>
    </message>
    <message numerus="yes">
        <source>%n parameter(s)</source>
        <translation>
            <numerusform>パラメータ%n個</numerusform>
        </translation>
    </message>
    <message>
        <source>{0}: mean {1}, standard deviation {2}</source>
        <translation>{0}: 平均 {1}、標準偏差 {2}</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>ほか%n個</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LessonCommands</name>
    <message>
        <source>Open lesson</source>
        <translation>授業を開く</translation>
    </message>
    <message>
        <source>Lessons (*.md)</source>
        <translation>授業 (*.md)</translation>
    </message>
    <message>
        <source>New lesson</source>
        <translation>新しい授業</translation>
    </message>
    <message>
        <source>Export lesson as film</source>
        <translation>授業の動画の書き出し</translation>
    </message>
    <message>
        <source>Open the lesson first.</source>
        <translation>先に授業を開いてください。</translation>
    </message>
    <message>
        <source>Lesson</source>
        <translation>授業</translation>
    </message>
</context>
<context>
    <name>LessonFilm</name>
    <message>
        <source>Export lesson as film</source>
        <translation>授業の動画の書き出し</translation>
    </message>
    <message>
        <source>“{0}” becomes a film…</source>
        <translation>「{0}」を動画に書き出しています…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>LessonPanel</name>
    <message>
        <source>Lesson</source>
        <translation>授業</translation>
    </message>
    <message>
        <source>Narration</source>
        <translation>解説</translation>
    </message>
    <message>
        <source>Close the lesson</source>
        <translation>授業を閉じる</translation>
    </message>
    <message>
        <source>You are exploring freely.</source>
        <translation>自由に試しています。</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>戻る</translation>
    </message>
    <message>
        <source>The scene before (Page Up)</source>
        <translation>前の場面 (Page Up)</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>次へ</translation>
    </message>
    <message>
        <source>The next scene (Page Down)</source>
        <translation>次の場面 (Page Down)</translation>
    </message>
    <message>
        <source>Back to the lesson</source>
        <translation>授業に戻る</translation>
    </message>
    <message>
        <source>Show the scene again as it was</source>
        <translation>場面を元の状態に戻す</translation>
    </message>
</context>
<context>
    <name>LessonPlayer</name>
    <message>
        <source>Lesson: {0}</source>
        <translation>授業: {0}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Open recent</source>
        <translation>最近使ったファイル</translation>
    </message>
    <message>
        <source>Course</source>
        <translation>講座</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>システムに合わせる</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>配色</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>ライト</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>ダーク</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>言語</translation>
    </message>
    <message>
        <source>Paths that depend on rounding are marked.</source>
        <translation>丸め誤差で変わる軌跡に印を付けました。</translation>
    </message>
    <message>
        <source>No path depends on rounding.</source>
        <translation>丸め誤差で変わる軌跡はありません。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>やり直す</translation>
    </message>
</context>
<context>
    <name>MapView</name>
    <message>
        <source>Contour map</source>
        <translation>等高線図</translation>
    </message>
    <message>
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
</context>
<context>
    <name>MapWindow</name>
    <message>
        <source>Map of two settings</source>
        <translation>二つの設定の地図</translation>
    </message>
    <message>
        <source>Racer</source>
        <translation>走者</translation>
    </message>
    <message>
        <source>Across</source>
        <translation>横軸</translation>
    </message>
    <message>
        <source>From</source>
        <translation>下端</translation>
    </message>
    <message>
        <source>To</source>
        <translation>上端</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>縦軸</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>表示</translation>
    </message>
    <message>
        <source>Cells</source>
        <translation>セル</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>許容誤差</translation>
    </message>
    <message>
        <source>Logarithmic</source>
        <translation>対数目盛</translation>
    </message>
    <message>
        <source>{0}: logarithmic</source>
        <translation>{0}: 対数目盛</translation>
    </message>
    <message>
        <source>{0}: from</source>
        <translation>{0}: 下端</translation>
    </message>
    <message>
        <source>{0}: to</source>
        <translation>{0}: 上端</translation>
    </message>
    <message>
        <source>How it ends</source>
        <translation>終わり方</translation>
    </message>
    <message>
        <source>Final loss</source>
        <translation>最終損失</translation>
    </message>
    <message>
        <source>Steps to the target</source>
        <translation>目標までのステップ数</translation>
    </message>
    <message>
        <source>Previous part</source>
        <translation>前の範囲</translation>
    </message>
    <message>
        <source>Back to the part before (Alt+Left)</source>
        <translation>前の範囲に戻る (Alt+←)</translation>
    </message>
    <message>
        <source>Next part</source>
        <translation>次の範囲</translation>
    </message>
    <message>
        <source>Forward again (Alt+Right)</source>
        <translation>次の範囲に進む (Alt+→)</translation>
    </message>
    <message>
        <source>Whole map</source>
        <translation>全体</translation>
    </message>
    <message>
        <source>Show the whole map (double-click)</source>
        <translation>地図全体を表示 (ダブルクリック)</translation>
    </message>
    <message>
        <source>Click: adopt both values
Wheel or drag: zoom, and compute anew
Double-click: whole map</source>
        <translation>クリック: 二つの値を採用
ホイール、ドラッグ: 拡大して計算し直す
ダブルクリック: 地図全体</translation>
    </message>
    <message numerus="yes">
        <source>%n descent(s)</source>
        <translation>
            <numerusform>降下 %n 回</numerusform>
        </translation>
    </message>
    <message>
        <source>Racer {0}</source>
        <translation>走者 {0}</translation>
    </message>
</context>
<context>
    <name>ModelEdits</name>
    <message>
        <source>Data</source>
        <translation>データ</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>Initial values</source>
        <translation>初期値</translation>
    </message>
    <message>
        <source>Standardise the inputs</source>
        <translation>入力を標準化</translation>
    </message>
    <message>
        <source>Held-out part</source>
        <translation>検証データの割合</translation>
    </message>
    <message>
        <source>Another split</source>
        <translation>別の分け方</translation>
    </message>
</context>
<context>
    <name>MotionForm</name>
    <message>
        <source>MP4 (H.264), for slides</source>
        <translation>MP4(H.264、スライド用)</translation>
    </message>
    <message>
        <source>WebM (VP9), for web pages</source>
        <translation>WebM(VP9、ウェブページ用)</translation>
    </message>
    <message>
        <source>GIF, where nothing else plays</source>
        <translation>GIF(ほかの形式が使えない場合)</translation>
    </message>
    <message>
        <source>Animated PNG, sharp</source>
        <translation>アニメーションPNG(鮮明)</translation>
    </message>
    <message>
        <source>Folder of PNG pictures</source>
        <translation>PNG画像のフォルダー</translation>
    </message>
    <message>
        <source> steps/s</source>
        <translation> ステップ/秒</translation>
    </message>
    <message>
        <source> frames/s</source>
        <translation> コマ/秒</translation>
    </message>
    <message>
        <source>How far the camera turns around the surface; 0 leaves it still</source>
        <translation>曲面のまわりを視点が回る角度。0なら動かない</translation>
    </message>
    <message>
        <source>Evenly</source>
        <translation>一定の速さ</translation>
    </message>
    <message>
        <source>Slowly at first and at last</source>
        <translation>始めと終わりはゆっくり</translation>
    </message>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>How long the last picture stays</source>
        <translation>最後の画像を表示し続ける時間</translation>
    </message>
    <message>
        <source>First step</source>
        <translation>最初のステップ</translation>
    </message>
    <message>
        <source>Last step</source>
        <translation>最後のステップ</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>形式</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>ステップ数</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速さ</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>コマ数</translation>
    </message>
    <message>
        <source>Moves</source>
        <translation>動き方</translation>
    </message>
    <message>
        <source>Camera turns</source>
        <translation>視点の回転</translation>
    </message>
    <message>
        <source>End stays</source>
        <translation>最後の静止</translation>
    </message>
</context>
<context>
    <name>MultiplesView</name>
    <message>
        <source>The race at nine learning rates</source>
        <translation>9通りの学習率での競走</translation>
    </message>
    <message>
        <source>diverged</source>
        <translation>発散</translation>
    </message>
    <message>
        <source>converged</source>
        <translation>収束</translation>
    </message>
</context>
<context>
    <name>NamesTable</name>
    <message>
        <source>{0}: the first end must be less than the second.</source>
        <translation>{0}: 下限は上限より小さくしてください。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>From</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>To</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Start or value</source>
        <translation>初期値または値</translation>
    </message>
    <message>
        <source>Role of {0}</source>
        <translation>{0} の役割</translation>
    </message>
    <message>
        <source>A variable is what the optimizers change; a parameter is a number that you set.</source>
        <translation>変数は最適化手法が変えるもの、パラメータは自分で決める数です。</translation>
    </message>
    <message>
        <source>variable</source>
        <translation>変数</translation>
    </message>
    <message>
        <source>parameter</source>
        <translation>パラメータ</translation>
    </message>
    <message>
        <source>{0} from</source>
        <translation>{0} の下限</translation>
    </message>
    <message>
        <source>The low end of its range</source>
        <translation>範囲の下限</translation>
    </message>
    <message>
        <source>{0} to</source>
        <translation>{0} の上限</translation>
    </message>
    <message>
        <source>The high end of its range</source>
        <translation>範囲の上限</translation>
    </message>
    <message>
        <source>Value of {0}</source>
        <translation>{0} の値</translation>
    </message>
    <message>
        <source>The value of the parameter</source>
        <translation>パラメータの値</translation>
    </message>
    <message>
        <source>Start {0}</source>
        <translation>初期点 {0}</translation>
    </message>
    <message>
        <source>Where the descents begin</source>
        <translation>降下を始める点</translation>
    </message>
</context>
<context>
    <name>NetworkView</name>
    <message>
        <source>Network</source>
        <translation>ネットワーク</translation>
    </message>
    <message>
        <source>Point at a neuron: what it computes
Click a weight: its numbers in the anatomy
Click a neuron: its bias</source>
        <translation>ニューロンを指す: その計算内容
重みをクリック: その数値を内訳に表示
ニューロンをクリック: そのバイアス</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close this message</source>
        <translation>このメッセージを閉じる</translation>
    </message>
    <message>
        <source>Close this message (Esc)</source>
        <translation>このメッセージを閉じる (Esc)</translation>
    </message>
</context>
<context>
    <name>NumberField</name>
    <message>
        <source>{0} is not a whole number. Right would be {1}.</source>
        <translation>{0} は整数ではありません。例: {1}</translation>
    </message>
    <message>
        <source>must be greater than {0}</source>
        <translation>{0} より大きくしてください</translation>
    </message>
    <message>
        <source>must be at least {0}</source>
        <translation>{0} 以上にしてください</translation>
    </message>
    <message>
        <source>{0} is too small: {1}.</source>
        <translation>{0} は小さすぎます。{1}。</translation>
    </message>
    <message>
        <source>must be less than {0}</source>
        <translation>{0} より小さくしてください</translation>
    </message>
    <message>
        <source>must be at most {0}</source>
        <translation>{0} 以下にしてください</translation>
    </message>
    <message>
        <source>{0} is too large: {1}.</source>
        <translation>{0} は大きすぎます。{1}。</translation>
    </message>
    <message>
        <source>Right would be, for example, {0}.</source>
        <translation>例: {0}</translation>
    </message>
    <message>
        <source>Right would be, for example, 0.05 or 5e-2.</source>
        <translation>例: 0.05、5e-2</translation>
    </message>
    <message>
        <source>A number is missing.</source>
        <translation>数値を入力してください。</translation>
    </message>
    <message>
        <source>“{0}” is not a number.</source>
        <translation>「{0}」は数値ではありません。</translation>
    </message>
</context>
<context>
    <name>Opening</name>
    <message>
        <source>About optexplorer</source>
        <translation>optexplorerについて</translation>
    </message>
    <message>
        <source>See how gradient-based optimizers descend a loss landscape.</source>
        <translation>勾配に基づく最適化手法が損失の地形を下るようすを見るアプリ。</translation>
    </message>
</context>
<context>
    <name>Overwriting</name>
    <message>
        <source>This exists already and will be overwritten:
{0}</source>
        <translation>すでに存在し、上書きされます:
{0}</translation>
    </message>
    <message>
        <source>Overwrite</source>
        <translation>上書き</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>PaintPanel</name>
    <message>
        <source>Brush</source>
        <translation>ブラシ</translation>
    </message>
    <message>
        <source>Raise</source>
        <translation>上げる</translation>
    </message>
    <message>
        <source>Heap up hills. Shift or the right button: lower</source>
        <translation>丘を盛り上げる。Shiftまたは右ボタンで掘る</translation>
    </message>
    <message>
        <source>Lower</source>
        <translation>下げる</translation>
    </message>
    <message>
        <source>Dig valleys. Shift or the right button: raise</source>
        <translation>谷を掘る。Shiftまたは右ボタンで盛り上げる</translation>
    </message>
    <message>
        <source>Smooth</source>
        <translation>滑らかに</translation>
    </message>
    <message>
        <source>Wear down edges and bumps</source>
        <translation>角や凹凸をなめらかにする</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>ならす</translation>
    </message>
    <message>
        <source>Bring all to the height where the stroke begins</source>
        <translation>描き始めた点の高さにそろえる</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大きさ</translation>
    </message>
    <message>
        <source>Brush size</source>
        <translation>ブラシの大きさ</translation>
    </message>
    <message>
        <source>How wide the brush is</source>
        <translation>ブラシの太さ</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>強さ</translation>
    </message>
    <message>
        <source>Brush strength</source>
        <translation>ブラシの強さ</translation>
    </message>
    <message>
        <source>How much one touch of the brush changes</source>
        <translation>ブラシのひと塗りで変わる量</translation>
    </message>
    <message>
        <source>Flat ground</source>
        <translation>平らな地面</translation>
    </message>
    <message>
        <source>Begin again on flat ground</source>
        <translation>平らな地面から描き直す</translation>
    </message>
    <message>
        <source>Open picture…</source>
        <translation>画像を開く…</translation>
    </message>
    <message>
        <source>Take the brightness of a PNG or JPEG picture as height: dark is low</source>
        <translation>PNGまたはJPEG画像の明るさを高さにする。暗いほど低い</translation>
    </message>
    <message>
        <source>Draw on the contour map. Shift or the right button does the opposite.</source>
        <translation>等高線図の上に描きます。Shiftまたは右ボタンで逆の操作になります。</translation>
    </message>
</context>
<context>
    <name>PaintedSurface</name>
    <message>
        <source>Drawn without OpenGL, which does not work here</source>
        <translation>この環境ではOpenGLが使えないため、OpenGLなしで描いています</translation>
    </message>
</context>
<context>
    <name>ParameterField</name>
    <message>
        <source>There is no parameter “{0}”. Right would be, for example, {1}.</source>
        <translation>パラメータ「{0}」はありません。例: {1}</translation>
    </message>
</context>
<context>
    <name>ParameterFields</name>
    <message>
        <source>Parameter {0}</source>
        <translation>パラメータ {0}</translation>
    </message>
    <message>
        <source>{0} of the formula: {1}, from {2:g} to {3:g}</source>
        <translation>数式の{0}: {1}({2:g}〜{3:g})</translation>
    </message>
</context>
<context>
    <name>PartLocking</name>
    <message>
        <source>{0}: the class sees it and may change it. Click: lock</source>
        <translation>{0}: 受講者に見え、変更もできます。クリックでロック</translation>
    </message>
    <message>
        <source>{0}: the class sees it but cannot change it. Click: hide</source>
        <translation>{0}: 受講者に見えますが、変更できません。クリックで非表示</translation>
    </message>
    <message>
        <source>{0}: hidden from the class. Click: show</source>
        <translation>{0}: 受講者には見えません。クリックで表示</translation>
    </message>
</context>
<context>
    <name>PinnedView</name>
    <message>
        <source>Pinned experiment</source>
        <translation>固定した実験</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>ほか%n件</numerusform>
        </translation>
    </message>
    <message>
        <source>Both are the same. Change something in the control panel.</source>
        <translation>どちらも同じです。設定パネルで何かを変えてみてください。</translation>
    </message>
</context>
<context>
    <name>PlanePanel</name>
    <message>
        <source>Plane</source>
        <translation>平面</translation>
    </message>
    <message>
        <source>The plane through the parameters that map and surface show</source>
        <translation>等高線図と曲面に表示する、パラメータ空間の平面</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>乱数シード</translation>
    </message>
    <message>
        <source>Other random directions</source>
        <translation>別のランダムな方向</translation>
    </message>
    <message>
        <source>Racers</source>
        <translation>走者</translation>
    </message>
    <message>
        <source>The racers whose paths decide on the plane</source>
        <translation>経路から平面を決める走者</translation>
    </message>
    <message>
        <source>Paths of</source>
        <translation>対象の走者</translation>
    </message>
    <message>
        <source>Across</source>
        <translation>横軸</translation>
    </message>
    <message>
        <source>Up</source>
        <translation>縦軸</translation>
    </message>
    <message>
        <source>Through</source>
        <translation>通る点</translation>
    </message>
    <message>
        <source>and</source>
        <translation>および</translation>
    </message>
    <message>
        <source>As in the file</source>
        <translation>ファイルの平面</translation>
    </message>
    <message>
        <source>None</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>All racers</source>
        <translation>すべての走者</translation>
    </message>
</context>
<context>
    <name>PlotView</name>
    <message>
        <source>Picture</source>
        <translation>図</translation>
    </message>
    <message>
        <source>This cannot be drawn: {0}</source>
        <translation>描画できません: {0}</translation>
    </message>
</context>
<context>
    <name>PointField</name>
    <message>
        <source>Common start</source>
        <translation>共通の初期点</translation>
    </message>
    <message>
        <source>{0}: start</source>
        <translation>{0}: 初期点</translation>
    </message>
    <message>
        <source>{0}: end</source>
        <translation>{0}: 終点</translation>
    </message>
    <message>
        <source>{0}: step …</source>
        <translation>{0}: ステップ …</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>ステップ</translation>
    </message>
</context>
<context>
    <name>PresenterOverlay</name>
    <message>
        <source>Pointer and pen</source>
        <translation>ポインターとペン</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message>
        <source>Preview</source>
        <translation>プレビュー</translation>
    </message>
</context>
<context>
    <name>QuestionCard</name>
    <message>
        <source>Click on the picture.</source>
        <translation>図の上をクリックしてください。</translation>
    </message>
    <message>
        <source>Right.</source>
        <translation>正解。</translation>
    </message>
    <message>
        <source>Not quite.</source>
        <translation>残念。</translation>
    </message>
</context>
<context>
    <name>RacerCard</name>
    <message>
        <source>not shown</source>
        <translation>非表示</translation>
    </message>
    <message>
        <source>not computed</source>
        <translation>未計算</translation>
    </message>
    <message>
        <source>loss {0}</source>
        <translation>損失 {0}</translation>
    </message>
    <message>
        <source>depends on rounding</source>
        <translation>丸め誤差で変わる</translation>
    </message>
    <message>
        <source>Show racer {0}</source>
        <translation>走者{0}を表示</translation>
    </message>
    <message>
        <source>Optimizer of racer {0}</source>
        <translation>走者{0}の最適化手法</translation>
    </message>
    <message>
        <source>More settings of racer {0}</source>
        <translation>走者{0}の詳細設定</translation>
    </message>
    <message>
        <source>Duplicate racer {0}</source>
        <translation>走者{0}を複製</translation>
    </message>
    <message>
        <source>Remove racer {0}</source>
        <translation>走者{0}を削除</translation>
    </message>
    <message>
        <source>Find good settings for racer {0}</source>
        <translation>走者{0}のよい設定を探す</translation>
    </message>
</context>
<context>
    <name>RacersPanel</name>
    <message>
        <source>Racers</source>
        <translation>走者</translation>
    </message>
    <message>
        <source>Add racer</source>
        <translation>走者を追加</translation>
    </message>
    <message>
        <source>Add another optimizer to the race</source>
        <translation>最適化手法をもう1つ加える</translation>
    </message>
</context>
<context>
    <name>RangeTestWindow</name>
    <message>
        <source>Learning-rate range test</source>
        <translation>学習率の範囲テスト</translation>
    </message>
    <message>
        <source>Racer</source>
        <translation>走者</translation>
    </message>
    <message>
        <source>From</source>
        <translation>下端</translation>
    </message>
    <message>
        <source>To</source>
        <translation>上端</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>ステップ数</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>平滑化</translation>
    </message>
    <message>
        <source>How much of the average so far stays at each step; 0 leaves the loss as it is</source>
        <translation>各ステップでそれまでの平均を残す割合。0なら損失をそのまま使う</translation>
    </message>
    <message>
        <source>Logarithmic loss</source>
        <translation>損失を対数目盛にする</translation>
    </message>
    <message>
        <source>Suggested rates</source>
        <translation>推奨される学習率</translation>
    </message>
    <message>
        <source>Click: give the racer this rate
Arrow keys, Enter: the same by keyboard</source>
        <translation>クリック: 走者にこの学習率を設定
矢印キーとEnter: キーボードで同じ操作</translation>
    </message>
    <message>
        <source>Steepest</source>
        <translation>最急</translation>
    </message>
    <message>
        <source>Where the smoothed loss falls fastest with the logarithm of the rate</source>
        <translation>学習率の対数に対して平滑化した損失が最も速く下がるところ</translation>
    </message>
    <message>
        <source>Minimum/10</source>
        <translation>最小点の1/10</translation>
    </message>
    <message>
        <source>A tenth of the rate at which the smoothed loss is lowest</source>
        <translation>平滑化した損失が最小になる学習率の10分の1</translation>
    </message>
    <message>
        <source>Racer {0}</source>
        <translation>走者 {0}</translation>
    </message>
    <message>
        <source>step {0}</source>
        <translation>ステップ {0}</translation>
    </message>
</context>
<context>
    <name>RateBars</name>
    <message>
        <source>Effective learning rate</source>
        <translation>実効学習率</translation>
    </message>
    <message>
        <source>How far each coordinate goes per unit of gradient: the rate over the coordinate&apos;s scale</source>
        <translation>勾配1あたりに各座標が動く量。学習率を座標の尺度で割ったもの</translation>
    </message>
    <message>
        <source>Effective learning rate of {0} of {1} coordinates</source>
        <translation>実効学習率({1} 座標のうち {0} 座標)</translation>
    </message>
</context>
<context>
    <name>RateCurve</name>
    <message>
        <source>Learning rate over the steps</source>
        <translation>ステップごとの学習率</translation>
    </message>
    <message>
        <source>Learning rate over the steps: {0} at first, {1} in the end, at most {2}</source>
        <translation>ステップごとの学習率: 最初 {0}、最後 {1}、最大 {2}</translation>
    </message>
    <message>
        <source>step {0}</source>
        <translation>ステップ {0}</translation>
    </message>
</context>
<context>
    <name>RateField</name>
    <message>
        <source>Mark: 2/λmax = {0} at step {1}, the largest rate with which plain gradient descent stays stable there</source>
        <translation>印: ステップ {1} で 2/λmax = {0}。その地点で勾配降下法が安定する最大の学習率</translation>
    </message>
    <message>
        <source>Strictest along the path: {0}, at step {1}</source>
        <translation>経路上で最も厳しい値: ステップ {1} で {0}</translation>
    </message>
</context>
<context>
    <name>ReadoutView</name>
    <message>
        <source>Read-out</source>
        <translation>数値表示</translation>
    </message>
    <message>
        <source>The racers at the playhead</source>
        <translation>再生位置での各走者の値</translation>
    </message>
    <message>
        <source>Held-out loss</source>
        <translation>検証損失</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>正解率</translation>
    </message>
    <message>
        <source>Held-out accuracy</source>
        <translation>検証正解率</translation>
    </message>
    <message>
        <source>Loss on plane</source>
        <translation>平面上の損失</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>距離</translation>
    </message>
    <message>
        <source>In plane</source>
        <translation>平面内</translation>
    </message>
    <message>
        <source>Evaluations</source>
        <translation>評価回数</translation>
    </message>
    <message>
        <source>The loss at the point of the plane that is nearest to the racer, where its ball is drawn</source>
        <translation>走者に最も近い平面上の点(球を描いた位置)での損失</translation>
    </message>
    <message>
        <source>How far the racer is from the plane</source>
        <translation>走者と平面の距離</translation>
    </message>
    <message>
        <source>The part of the variance of the racer&apos;s whole path that the plane holds</source>
        <translation>経路全体の分散のうち、平面に含まれる割合</translation>
    </message>
    <message>
        <source>What the evaluations so far cost, in gradients: a loss counts as a third of one, a Hessian as one for each coordinate</source>
        <translation>ここまでの評価のコスト(勾配換算)。損失の評価は勾配の3分の1、ヘッセ行列は座標ごとに勾配1回と数える。</translation>
    </message>
    <message>
        <source>Racer</source>
        <translation>走者</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>ステップ</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>損失</translation>
    </message>
    <message>
        <source>‖∇f‖</source>
        <translation>‖∇f‖</translation>
    </message>
    <message>
        <source>Rate</source>
        <translation>学習率</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>結果</translation>
    </message>
    <message>
        <source>depends on rounding</source>
        <translation>丸め誤差で変わる</translation>
    </message>
    <message>
        <source>Losses: {0}, gradients: {1}, Hessians: {2}</source>
        <translation>損失{0}回、勾配{1}回、ヘッセ行列{2}回</translation>
    </message>
</context>
<context>
    <name>Rounding</name>
    <message>
        <source>From step {0} on, the path depends on how numbers are rounded: on another computer it may be another one.
Found by moving the start by 1e-13 of the domain&apos;s size.</source>
        <translation>ステップ {0} から先の軌跡は数値の丸め方に左右されます。別のコンピュータでは別の軌跡になることがあります。
出発点を定義域の大きさの 1e-13 だけ動かして調べました。</translation>
    </message>
</context>
<context>
    <name>SaveButtons</name>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
</context>
<context>
    <name>SceneSaving</name>
    <message>
        <source>Save the lesson&apos;s scene as an experiment</source>
        <translation>授業の場面を実験として保存</translation>
    </message>
    <message>
        <source>{0} holds your own experiment. Choose another name for the lesson&apos;s scene.</source>
        <translation>{0} はご自分の実験のファイルです。授業の場面には別の名前を選んでください。</translation>
    </message>
    <message>
        <source>What you had made of the lesson&apos;s scene is in no file yet: {0}</source>
        <translation>授業の場面で作ったものは、まだどのファイルにも保存されていません: {0}</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>名前を付けて保存…</translation>
    </message>
</context>
<context>
    <name>SearchEffort</name>
    <message>
        <source>Best is</source>
        <translation>基準</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目標</translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation>候補数</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>初期点</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>シード</translation>
    </message>
    <message>
        <source>Fresh starts</source>
        <translation>新しい初期点</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>first at target</source>
        <translation>到達の早さ</translation>
    </message>
    <message>
        <source>lowest at end</source>
        <translation>最後の損失</translation>
    </message>
    <message>
        <source>Who is first at the target, and there at the end, in 75 % of the descents, or lowest where it is not reached; or whose loss at the end is lowest in 75 % of them. Settings with which more than a tenth of the descents diverge come last</source>
        <translation>降下の75 %が最も早く目標に達し、最後もそこにいるもの(達しなければ損失の最も小さいもの)、または降下の75 %で最後の損失が最も小さいもの。降下の1割より多くが発散する設定は最下位とする</translation>
    </message>
    <message>
        <source>How far above the lowest known loss the target lies</source>
        <translation>目標の損失と既知の最小損失との差</translation>
    </message>
    <message>
        <source>Settings that are tried</source>
        <translation>試す設定の数</translation>
    </message>
    <message>
        <source>Each candidate descends from so many: the first is the racer&apos;s own</source>
        <translation>各候補の降下を始める初期点の数。1つ目は走者自身の初期点</translation>
    </message>
    <message>
        <source>With so many seeds of the random numbers each, where gradients are random</source>
        <translation>勾配がランダムな場合に、各候補で使う乱数シードの数</translation>
    </message>
    <message>
        <source>On so many others, which the search has not seen, the winner is compared with the default</source>
        <translation>探索に使わなかった初期点の数。そこで最良の設定と既定の設定を比べる</translation>
    </message>
    <message>
        <source>How candidates are chosen</source>
        <translation>候補の選び方</translation>
    </message>
</context>
<context>
    <name>SearchRanges</name>
    <message>
        <source>Search {0}</source>
        <translation>{0}を探す</translation>
    </message>
    <message>
        <source>{0}: from</source>
        <translation>{0}: 下限</translation>
    </message>
    <message>
        <source>{0}: to</source>
        <translation>{0}: 上限</translation>
    </message>
</context>
<context>
    <name>SettingFields</name>
    <message>
        <source>{0}: another one</source>
        <translation>{0}: 別の値にする</translation>
    </message>
    <message>
        <source>The keys Up and Down add a layer and remove the last.</source>
        <translation>上下の矢印キーで層を追加・削除</translation>
    </message>
</context>
<context>
    <name>SharesWindow</name>
    <message>
        <source>Basin shares against a setting</source>
        <translation>設定と吸引域の割合</translation>
    </message>
    <message>
        <source>Racer</source>
        <translation>走者</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>From</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>To</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>値の個数</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>初期点</translation>
    </message>
    <message>
        <source>So many along each side of the part of the map that is seen</source>
        <translation>地図の見えている部分の縦横それぞれの個数</translation>
    </message>
    <message>
        <source>Logarithmic</source>
        <translation>対数</translation>
    </message>
    <message>
        <source>Click: give the racer this value
Arrow keys, Enter: the same by keyboard</source>
        <translation>クリック: 走者をこの値にする
矢印キーとEnter: キーボードで同じ操作</translation>
    </message>
    <message numerus="yes">
        <source>%n descent(s)</source>
        <translation>
            <numerusform>降下 %n 回</numerusform>
        </translation>
    </message>
    <message>
        <source>Racer {0}</source>
        <translation>走者 {0}</translation>
    </message>
</context>
<context>
    <name>SpeakerView</name>
    <message>
        <source>Speaker&apos;s view</source>
        <translation>発表者用の画面</translation>
    </message>
    <message>
        <source>What the next scene shows</source>
        <translation>次の場面の図</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>メモ</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>次の場面</translation>
    </message>
    <message>
        <source>No lesson is open</source>
        <translation>授業が開かれていません</translation>
    </message>
    <message>
        <source>The lesson ends here.</source>
        <translation>授業はここまでです。</translation>
    </message>
</context>
<context>
    <name>SpinField</name>
    <message>
        <source>More</source>
        <translation>増やす</translation>
    </message>
    <message>
        <source>Less</source>
        <translation>減らす</translation>
    </message>
</context>
<context>
    <name>SplitFields</name>
    <message>
        <source>Standardise the inputs</source>
        <translation>入力を標準化</translation>
    </message>
    <message>
        <source>Held out %</source>
        <translation>検証データ(%)</translation>
    </message>
    <message>
        <source>Percentage of the examples that are kept from learning, to test what was learned</source>
        <translation>学習に使わず、学習の成果を確かめるために取っておくデータの割合(%)</translation>
    </message>
    <message>
        <source>Split seed</source>
        <translation>分割のシード</translation>
    </message>
    <message>
        <source>Which examples are held out</source>
        <translation>どのデータを検証用にするかを決める</translation>
    </message>
    <message>
        <source>Another split</source>
        <translation>別の分け方</translation>
    </message>
    <message>
        <source>z = (x − mean)/std for each input, with mean and standard deviation of the examples to learn from</source>
        <translation>各入力を z = (x − 平均)/標準偏差 に変換する。平均と標準偏差は訓練データから求める</translation>
    </message>
</context>
<context>
    <name>StartPanel</name>
    <message>
        <source>Start and run</source>
        <translation>初期点と実行</translation>
    </message>
    <message>
        <source>Back to the landscape&apos;s own start</source>
        <translation>この地形の既定の初期点に戻す</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>ステップ数</translation>
    </message>
    <message>
        <source>How many steps every racer takes at most</source>
        <translation>各走者が進む最大のステップ数</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>乱数シード</translation>
    </message>
    <message>
        <source>The same seed gives the same random numbers</source>
        <translation>シードが同じなら同じ乱数になる</translation>
    </message>
    <message>
        <source>Another seed</source>
        <translation>別のシード</translation>
    </message>
    <message>
        <source>Here the loss or its slope is not a finite number; choose another start.</source>
        <translation>この点では損失か勾配が有限の値になりません。別の初期点を選んでください。</translation>
    </message>
</context>
<context>
    <name>StartPoint</name>
    <message>
        <source>Where the descents begin. Also by dragging on the map.</source>
        <translation>降下を始める点。等高線図上でドラッグしても決められる。</translation>
    </message>
    <message>
        <source>Start {0}</source>
        <translation>初期点 {0}</translation>
    </message>
    <message>
        <source>Other initial values</source>
        <translation>別の初期値にする</translation>
    </message>
    <message>
        <source>Initial values: {0}</source>
        <translation>初期値: {0}</translation>
    </message>
    <message>
        <source>Initial values: changed by hand</source>
        <translation>初期値: 手動で変更</translation>
    </message>
    <message>
        <source>The first {0} of {1} parameters.</source>
        <translation>{1}個のパラメータのうち最初の{0}個。</translation>
    </message>
    <message>
        <source>seed {0}</source>
        <translation>シード {0}</translation>
    </message>
</context>
<context>
    <name>StudyFiles</name>
    <message>
        <source>Export figure</source>
        <translation>図を書き出す</translation>
    </message>
    <message>
        <source>Export table</source>
        <translation>表を書き出す</translation>
    </message>
    <message>
        <source>{0} could not be written: {1}</source>
        <translation>{0} を書き込めません: {1}</translation>
    </message>
</context>
<context>
    <name>StudyWindow</name>
    <message>
        <source>{0} is written.</source>
        <translation>{0} を書き出した。</translation>
    </message>
    <message>
        <source>Export table…</source>
        <translation>表を書き出す…</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>進み具合</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>開始</translation>
    </message>
    <message>
        <source>Computing …</source>
        <translation>計算中…</translation>
    </message>
    <message>
        <source>{0} left</source>
        <translation>残り {0}</translation>
    </message>
    <message>
        <source>The experiment has changed; what is shown here belongs to the earlier one.</source>
        <translation>実験が変わった。ここに示すのは変更前の実験の結果である。</translation>
    </message>
    <message>
        <source>Compute anew</source>
        <translation>計算し直す</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>停止した</translation>
    </message>
</context>
<context>
    <name>SurfaceView</name>
    <message>
        <source>Surface</source>
        <translation>曲面</translation>
    </message>
    <message>
        <source>Click: start point
Drag: turn
Wheel: zoom
Shift+drag: move the surface
Double-click: the usual view
Shift+arrow keys: turn
Shift+page keys: zoom</source>
        <translation>クリック: 初期点
ドラッグ: 回転
ホイール: 拡大・縮小
Shift+ドラッグ: 曲面の移動
ダブルクリック: 標準の視点
Shift+矢印キー: 回転
Shift+Page Up/Down: 拡大・縮小</translation>
    </message>
</context>
<context>
    <name>SweepWindow</name>
    <message>
        <source>Sweep of a setting</source>
        <translation>設定の掃引</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>From</source>
        <translation>下端</translation>
    </message>
    <message>
        <source>To</source>
        <translation>上端</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>値の数</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>初期点の数</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>シードの数</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>許容誤差</translation>
    </message>
    <message>
        <source>What is varied, for every racer that has it</source>
        <translation>変える設定。これを持つすべての走者で変える</translation>
    </message>
    <message>
        <source>From so many starts at each value: the racer&apos;s own, and others spread over the domain</source>
        <translation>各値で使う初期点の数。走者自身の初期点と、定義域に散らした点</translation>
    </message>
    <message>
        <source>With so many seeds of the random numbers, where gradients are noisy or of mini-batches</source>
        <translation>勾配にノイズがある場合やミニバッチの場合に使う乱数のシードの数</translation>
    </message>
    <message>
        <source>The target is reached where the loss has come down to this part of the height of the start above the lowest known loss</source>
        <translation>既知の最小損失から測った損失の高さが、初期点での高さにこの比率を掛けた値以下になれば目標に達したとみなす</translation>
    </message>
    <message>
        <source>Logarithmic</source>
        <translation>対数目盛</translation>
    </message>
    <message>
        <source>Values evenly spaced by their logarithms</source>
        <translation>対数が等間隔になる値</translation>
    </message>
    <message>
        <source>Best value of each racer</source>
        <translation>各走者の最良の値</translation>
    </message>
    <message>
        <source>Adopt all best values</source>
        <translation>最良の値をすべて採用</translation>
    </message>
    <message>
        <source>Give every racer its best value; undo takes it back</source>
        <translation>すべての走者に最良の値を設定する。元に戻すこともできる</translation>
    </message>
    <message>
        <source>Click: give the racer of the nearest curve this value
Arrow keys, Enter: the same by keyboard</source>
        <translation>クリック: 最も近い曲線の走者にこの値を設定
矢印キーとEnter: キーボードで同じ操作</translation>
    </message>
    <message numerus="yes">
        <source>%n descent(s)</source>
        <translation>
            <numerusform>降下 %n 回</numerusform>
        </translation>
    </message>
    <message>
        <source>final loss {0}</source>
        <translation>最終損失 {0}</translation>
    </message>
    <message>
        <source>Best values</source>
        <translation>最良の値</translation>
    </message>
</context>
<context>
    <name>TableColumns</name>
    <message>
        <source>Learn from</source>
        <translation>入力にする列</translation>
    </message>
    <message>
        <source>Predict</source>
        <translation>予測する列</translation>
    </message>
    <message>
        <source>All</source>
        <translation>すべて</translation>
    </message>
    <message>
        <source>Learn from all columns of numbers</source>
        <translation>数値の列をすべて入力にする</translation>
    </message>
    <message>
        <source>None</source>
        <translation>なし</translation>
    </message>
    <message>
        <source>Learn from no column yet</source>
        <translation>すべての列を入力から外す</translation>
    </message>
    <message>
        <source>The columns that the prediction is made from</source>
        <translation>予測に使う列</translation>
    </message>
    <message>
        <source>Text cannot be an input, but it can be predicted, as classes.</source>
        <translation>文字の列は入力に使えないが、クラスとして予測できる</translation>
    </message>
    <message>
        <source>The column that is predicted</source>
        <translation>予測する列</translation>
    </message>
    <message>
        <source>numbers</source>
        <translation>数値</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
    <message numerus="yes">
        <source>%n missing</source>
        <translation>
            <numerusform>欠損%n個</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TableDialog</name>
    <message>
        <source>Open data: {0}</source>
        <translation>データを開く: {0}</translation>
    </message>
    <message>
        <source>As</source>
        <translation>予測の種類</translation>
    </message>
    <message>
        <source>Missing cells</source>
        <translation>欠損値</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>What is predicted</source>
        <translation>予測するもの</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>数値</translation>
    </message>
    <message>
        <source>Regression: how much?</source>
        <translation>回帰: どれくらいか</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>クラス</translation>
    </message>
    <message>
        <source>Classification: which one?</source>
        <translation>分類: どれか</translation>
    </message>
    <message>
        <source>Say where they are</source>
        <translation>場所を知らせる</translation>
    </message>
    <message>
        <source>Leave their rows out</source>
        <translation>その行を除く</translation>
    </message>
    <message>
        <source>What happens to rows with empty cells</source>
        <translation>空のセルがある行をどう扱うか</translation>
    </message>
    <message>
        <source>What learns from the data</source>
        <translation>データから学習するモデル</translation>
    </message>
    <message>
        <source>Standardise the inputs</source>
        <translation>入力を標準化</translation>
    </message>
    <message>
        <source>z = (x − mean)/std for each input, with mean and standard deviation of the examples to learn from</source>
        <translation>各入力を z = (x − 平均)/標準偏差 に変換する。平均と標準偏差は訓練データから求める</translation>
    </message>
    <message>
        <source>First rows</source>
        <translation>最初の数行</translation>
    </message>
    <message>
        <source>The first rows of the table, as they are read</source>
        <translation>表の最初の数行を読み取った結果</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>読み込み中</translation>
    </message>
    <message>
        <source>Learn from this</source>
        <translation>これで学習する</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n行</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} in all; judged by the first {1} rows.</source>
        <translation>全体で{0}。先頭の{1}行から推定しました。</translation>
    </message>
</context>
<context>
    <name>TableLayoutForm</name>
    <message>
        <source>Encoding</source>
        <translation>文字コード</translation>
    </message>
    <message>
        <source>Which bytes stand for which characters</source>
        <translation>バイト列と文字の対応</translation>
    </message>
    <message>
        <source>Delimiter</source>
        <translation>区切り文字</translation>
    </message>
    <message>
        <source>What stands between the cells of a row</source>
        <translation>セルとセルの間の文字</translation>
    </message>
    <message>
        <source>Decimal mark</source>
        <translation>小数点</translation>
    </message>
    <message>
        <source>What stands before the decimals of a number</source>
        <translation>整数部と小数部の間の文字</translation>
    </message>
    <message>
        <source>First row holds the names</source>
        <translation>1行目は列名</translation>
    </message>
    <message>
        <source>Whether the first row holds the names of the columns</source>
        <translation>1行目に列の名前があるかどうか</translation>
    </message>
    <message>
        <source>Comma (,)</source>
        <translation>コンマ (,)</translation>
    </message>
    <message>
        <source>Semicolon (;)</source>
        <translation>セミコロン (;)</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>タブ</translation>
    </message>
    <message>
        <source>Point (1.5)</source>
        <translation>ピリオド (1.5)</translation>
    </message>
    <message>
        <source>Comma (1,5)</source>
        <translation>コンマ (1,5)</translation>
    </message>
</context>
<context>
    <name>TournamentWindow</name>
    <message>
        <source>Tournament</source>
        <translation>トーナメント</translation>
    </message>
    <message>
        <source>Optimizers</source>
        <translation>最適化手法</translation>
    </message>
    <message>
        <source>Landscapes</source>
        <translation>地形</translation>
    </message>
    <message>
        <source>Best of 13 learning rates</source>
        <translation>13個の学習率から最良を選ぶ</translation>
    </message>
    <message>
        <source>Each optimizer gets the learning rate that suits each landscape best, from a thousandth to a thousand times its own, found with equal effort from other starts</source>
        <translation>手法ごと・地形ごとに、既定値の1000分の1から1000倍までの学習率のうち最良のものを使う。別の初期点から、どの手法も同じ手間で探す</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>評価回数の上限</translation>
    </message>
    <message>
        <source>Starts</source>
        <translation>初期点の数</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>シードの数</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>許容誤差</translation>
    </message>
    <message>
        <source>Gradients that each descent may evaluate</source>
        <translation>1回の降下で勾配を評価できる回数</translation>
    </message>
    <message>
        <source>So many on each landscape, spread over its domain</source>
        <translation>地形ごとにこの数だけ、定義域に散らす</translation>
    </message>
    <message>
        <source>Of the random numbers, for optimizers that have any</source>
        <translation>乱数を使う手法の乱数シードの数</translation>
    </message>
    <message>
        <source>A problem counts as solved when no more than this part of the best decrease is missing</source>
        <translation>最良の手法による減少量のうち、残りがこの割合以下になれば「解けた」とする</translation>
    </message>
    <message>
        <source>Export ranks…</source>
        <translation>順位を書き出す…</translation>
    </message>
    <message>
        <source>Export descents…</source>
        <translation>全降下を書き出す…</translation>
    </message>
    <message>
        <source>Racers of the experiment</source>
        <translation>実験の走者</translation>
    </message>
    <message>
        <source>Of the experiment</source>
        <translation>実験の地形</translation>
    </message>
    <message numerus="yes">
        <source>%n descent(s)</source>
        <translation>
            <numerusform>降下 %n 回</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TranscriptView</name>
    <message>
        <source>Transcript</source>
        <translation>経過の文章</translation>
    </message>
    <message>
        <source>What happens in the race, in words</source>
        <translation>競走の経過を文章で示す</translation>
    </message>
</context>
<context>
    <name>Transport</name>
    <message>
        <source>To the start (Home)</source>
        <translation>最初へ (Home)</translation>
    </message>
    <message>
        <source>Step back (←)</source>
        <translation>1ステップ戻る (←)</translation>
    </message>
    <message>
        <source>Step forward (→)</source>
        <translation>1ステップ進む (→)</translation>
    </message>
    <message>
        <source>To the end (End)</source>
        <translation>最後へ (End)</translation>
    </message>
    <message>
        <source>Loop (L)</source>
        <translation>繰り返し (L)</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>ステップ</translation>
    </message>
    <message>
        <source>Drag to any step</source>
        <translation>ドラッグで任意のステップへ</translation>
    </message>
    <message>
        <source>Step at the playhead / last step</source>
        <translation>再生位置のステップ / 最後のステップ</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速さ</translation>
    </message>
    <message>
        <source>Speed in steps per second (+ and −)</source>
        <translation>1秒あたりのステップ数 (+ と −)</translation>
    </message>
    <message>
        <source>{0} steps/s</source>
        <translation>{0} ステップ/秒</translation>
    </message>
    <message>
        <source>epoch {0} · step {1}</source>
        <translation>エポック {0} · ステップ {1}</translation>
    </message>
    <message>
        <source>Pause (Space)</source>
        <translation>一時停止 (Space)</translation>
    </message>
    <message>
        <source>Play (Space)</source>
        <translation>再生 (Space)</translation>
    </message>
</context>
<context>
    <name>TuningWindow</name>
    <message>
        <source>Find good settings</source>
        <translation>よい設定を探す</translation>
    </message>
    <message>
        <source>Racer</source>
        <translation>走者</translation>
    </message>
    <message>
        <source>Across</source>
        <translation>横軸</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>段階</translation>
    </message>
    <message>
        <source>The search as it was after each of its rounds</source>
        <translation>各段階を終えた時点の探索の様子</translation>
    </message>
    <message>
        <source>Whose settings are searched</source>
        <translation>設定を探す走者</translation>
    </message>
    <message>
        <source>By which setting the candidates are laid out</source>
        <translation>候補を並べる横軸の設定</translation>
    </message>
    <message>
        <source>Searched</source>
        <translation>探す設定</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>結果</translation>
    </message>
    <message>
        <source>Adopt</source>
        <translation>採用</translation>
    </message>
    <message>
        <source>Give the racer the best settings; undo takes it back</source>
        <translation>最良の設定を走者に与える。元に戻すこともできる</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全体</translation>
    </message>
    <message>
        <source>{0}: {1} for {2} steps</source>
        <translation>{0}: {1}個を{2}ステップ</translation>
    </message>
    <message numerus="yes">
        <source>%n candidate(s)</source>
        <translation>
            <numerusform>候補%n個</numerusform>
        </translation>
    </message>
    <message>
        <source>Good settings</source>
        <translation>よい設定</translation>
    </message>
    <message>
        <source>{0} steps to the target</source>
        <translation>目標まで{0}ステップ</translation>
    </message>
    <message>
        <source>loss {0} after {1} steps</source>
        <translation>{1}ステップ後の損失 {0}</translation>
    </message>
</context>
<context>
    <name>UnsavedOffers</name>
    <message>
        <source>Save as…</source>
        <translation>名前を付けて保存…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>削除</translation>
    </message>
</context>
<context>
    <name>ViewCommands</name>
    <message>
        <source>Terrain</source>
        <translation>地形</translation>
    </message>
    <message>
        <source>Grey</source>
        <translation>灰色</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>カラーマップ</translation>
    </message>
    <message>
        <source>There is no sound: {0}</source>
        <translation>音を出せません: {0}</translation>
    </message>
</context>
<context>
    <name>ViewFrame</name>
    <message>
        <source>Show the views side by side</source>
        <translation>並べて表示する</translation>
    </message>
    <message>
        <source>Maximise this view</source>
        <translation>この表示を最大にする</translation>
    </message>
</context>
<context>
    <name>Workspace</name>
    <message>
        <source>Surface</source>
        <translation>曲面</translation>
    </message>
    <message>
        <source>Contour map</source>
        <translation>等高線図</translation>
    </message>
    <message>
        <source>Loss curve</source>
        <translation>損失の曲線</translation>
    </message>
    <message>
        <source>Data and fit</source>
        <translation>データと予測</translation>
    </message>
    <message>
        <source>Anatomy of a step</source>
        <translation>1ステップの内訳</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>ネットワーク</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>固定中</translation>
    </message>
</context>
<context>
    <name>_Column</name>
    <message>
        <source>The racer whose step is explained</source>
        <translation>ステップの内訳を示す走者</translation>
    </message>
    <message>
        <source>Phases of the step</source>
        <translation>ステップの段階</translation>
    </message>
    <message>
        <source>Choose a racer</source>
        <translation>走者を選ぶ</translation>
    </message>
</context>
<context>
    <name>_More</name>
    <message>
        <source>Schedule</source>
        <translation>学習率スケジュール</translation>
    </message>
    <message>
        <source>How the learning rate changes over the steps</source>
        <translation>学習率をステップごとにどう変えるか</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>勾配</translation>
    </message>
    <message>
        <source>Where the gradients come from</source>
        <translation>勾配の求め方</translation>
    </message>
</context>
</TS>
