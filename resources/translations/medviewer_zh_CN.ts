<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>About</name>
    <message>
        <source>About medviewer</source>
        <translation>关于 medviewer</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>版本 {version}</translation>
    </message>
    <message>
        <source>Open, read, measure and process medical images</source>
        <translation>打开、阅读、测量和处理医学图像</translation>
    </message>
    <message>
        <source>For research, not for diagnosis: this is no medical device.</source>
        <translation>仅供研究，不用于诊断：本程序不是医疗器械。</translation>
    </message>
    <message>
        <source>MIT licence. Python {python}, Qt {qt}.</source>
        <translation>MIT 许可证。Python {python}，Qt {qt}。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Navigate</source>
        <translation>导航</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>布局</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Window preset {n}</source>
        <translation>窗预设 {n}</translation>
    </message>
    <message>
        <source>Window of the file</source>
        <translation>文件自带窗宽窗位</translation>
    </message>
    <message>
        <source>Automatic window (1–99 %)</source>
        <translation>自动窗宽窗位（1–99 %）</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>反相</translation>
    </message>
    <message>
        <source>Flip left and right</source>
        <translation>左右翻转</translation>
    </message>
    <message>
        <source>Flip top and bottom</source>
        <translation>上下翻转</translation>
    </message>
    <message>
        <source>Rotate right</source>
        <translation>向右旋转</translation>
    </message>
    <message>
        <source>Rotate left</source>
        <translation>向左旋转</translation>
    </message>
    <message>
        <source>Fit to pane</source>
        <translation>适合窗格</translation>
    </message>
    <message>
        <source>Actual pixels (1:1)</source>
        <translation>实际像素（1:1）</translation>
    </message>
    <message>
        <source>Cine</source>
        <translation>电影播放</translation>
    </message>
    <message>
        <source>Cancel tool, then reset view</source>
        <translation>取消工具，再复位视图</translation>
    </message>
    <message>
        <source>Next image</source>
        <translation>下一幅图像</translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation>上一幅图像</translation>
    </message>
    <message>
        <source>Ten images on</source>
        <translation>前进十幅图像</translation>
    </message>
    <message>
        <source>Ten images back</source>
        <translation>后退十幅图像</translation>
    </message>
    <message>
        <source>First image</source>
        <translation>第一幅图像</translation>
    </message>
    <message>
        <source>Last image</source>
        <translation>最后一幅图像</translation>
    </message>
    <message>
        <source>Next series</source>
        <translation>下一序列</translation>
    </message>
    <message>
        <source>Previous series</source>
        <translation>上一序列</translation>
    </message>
    <message>
        <source>Next study</source>
        <translation>下一检查</translation>
    </message>
    <message>
        <source>Previous study</source>
        <translation>上一检查</translation>
    </message>
    <message>
        <source>Next page of series</source>
        <translation>下一页序列</translation>
    </message>
    <message>
        <source>Previous page of series</source>
        <translation>上一页序列</translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation>下一窗格</translation>
    </message>
    <message>
        <source>Previous pane</source>
        <translation>上一窗格</translation>
    </message>
    <message>
        <source>Window/level</source>
        <translation>窗宽窗位</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>平移</translation>
    </message>
    <message>
        <source>Scroll</source>
        <translation>翻页</translation>
    </message>
    <message>
        <source>Crosshair</source>
        <translation>十字线</translation>
    </message>
    <message>
        <source>Best window in a box</source>
        <translation>框选最佳窗</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>距离</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>角度</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>椭圆</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>Freehand region</source>
        <translation>自由手绘区域</translation>
    </message>
    <message>
        <source>Keep the measuring tool</source>
        <translation>保持测量工具</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation>打开文件…</translation>
    </message>
    <message>
        <source>Try a sample study</source>
        <translation>试用示例检查</translation>
    </message>
    <message>
        <source>Open session…</source>
        <translation>打开会话…</translation>
    </message>
    <message>
        <source>Save session…</source>
        <translation>保存会话…</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Save picture as…</source>
        <translation>图片另存为…</translation>
    </message>
    <message>
        <source>Close series in pane</source>
        <translation>关闭窗格中的序列</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Delete measurement</source>
        <translation>删除测量</translation>
    </message>
    <message>
        <source>Delete all measurements</source>
        <translation>删除全部测量</translation>
    </message>
    <message>
        <source>Preferences…</source>
        <translation>首选项…</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>阅片</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>处理</translation>
    </message>
    <message>
        <source>One pane</source>
        <translation>单窗格</translation>
    </message>
    <message>
        <source>Two panes</source>
        <translation>双窗格</translation>
    </message>
    <message>
        <source>Three panes</source>
        <translation>三窗格</translation>
    </message>
    <message>
        <source>Four panes</source>
        <translation>四窗格</translation>
    </message>
    <message>
        <source>MPR: axial, coronal, sagittal</source>
        <translation>MPR：轴位、冠状位、矢状位</translation>
    </message>
    <message>
        <source>MPR and stack</source>
        <translation>MPR 与原始序列</translation>
    </message>
    <message>
        <source>Two panes, one above the other</source>
        <translation>上下双窗格</translation>
    </message>
    <message>
        <source>Six panes</source>
        <translation>六窗格</translation>
    </message>
    <message>
        <source>Nine panes</source>
        <translation>九窗格</translation>
    </message>
    <message>
        <source>Sixteen panes</source>
        <translation>十六窗格</translation>
    </message>
    <message>
        <source>Default for this study</source>
        <translation>本检查的默认布局</translation>
    </message>
    <message>
        <source>Maximise pane</source>
        <translation>最大化窗格</translation>
    </message>
    <message>
        <source>Text on the image</source>
        <translation>图像上的文字</translation>
    </message>
    <message>
        <source>Full, minimal, off</source>
        <translation>完整、精简、关闭</translation>
    </message>
    <message>
        <source>Reference lines</source>
        <translation>定位线</translation>
    </message>
    <message>
        <source>Show crosshair</source>
        <translation>显示十字线</translation>
    </message>
    <message>
        <source>Scroll panes together</source>
        <translation>窗格联动翻页</translation>
    </message>
    <message>
        <source>By patient position, within one frame of reference</source>
        <translation>在同一参考坐标系内，按患者位置联动</translation>
    </message>
    <message>
        <source>Show processed image</source>
        <translation>显示处理后的图像</translation>
    </message>
    <message>
        <source>Studies</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Panels</source>
        <translation>面板</translation>
    </message>
    <message>
        <source>Jobs and messages</source>
        <translation>任务与消息</translation>
    </message>
    <message>
        <source>Next area of the window</source>
        <translation>窗口的下一区域</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation>全局搜索</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>按键与鼠标</translation>
    </message>
    <message>
        <source>Filter studies</source>
        <translation>筛选检查</translation>
    </message>
    <message>
        <source>Show log folder</source>
        <translation>显示日志文件夹</translation>
    </message>
    <message>
        <source>About medviewer</source>
        <translation>关于 medviewer</translation>
    </message>
</context>
<context>
    <name>App</name>
    <message>
        <source>The program was ended before it could close.</source>
        <translation>程序上次未能正常关闭。</translation>
    </message>
    <message>
        <source>What was open, with all measurements, was kept and can be brought back.</source>
        <translation>当时打开的内容及全部测量均已保留，可以恢复。</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Show reports</source>
        <translation>显示报告</translation>
    </message>
</context>
<context>
    <name>BrowserDelegate</name>
    <message>
        <source>1 series</source>
        <translation>1 个序列</translation>
    </message>
    <message>
        <source>{n} series</source>
        <translation>{n} 个序列</translation>
    </message>
    <message>
        <source>radiotherapy object</source>
        <translation>放射治疗对象</translation>
    </message>
    <message>
        <source>waveform</source>
        <translation>波形</translation>
    </message>
    <message>
        <source>report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>document</source>
        <translation>文档</translation>
    </message>
    <message>
        <source>presentation state</source>
        <translation>显示状态</translation>
    </message>
    <message>
        <source>object without image</source>
        <translation>无图像的对象</translation>
    </message>
    <message>
        <source>no image</source>
        <translation>无图像</translation>
    </message>
    <message>
        <source>1 image</source>
        <translation>1 幅图像</translation>
    </message>
    <message>
        <source>{n} images</source>
        <translation>{n} 幅图像</translation>
    </message>
</context>
<context>
    <name>BrowserPanel</name>
    <message>
        <source>Filter name, ID, description, modality, date</source>
        <translation>按姓名、ID、描述、设备类型、日期筛选</translation>
    </message>
    <message>
        <source>Filter the list of studies</source>
        <translation>筛选检查列表</translation>
    </message>
    <message>
        <source>Patients, studies and series</source>
        <translation>患者、检查与序列</translation>
    </message>
    <message>
        <source>Stop the import; what was read stays in the list</source>
        <translation>停止导入；已读取的内容保留在列表中</translation>
    </message>
    <message>
        <source>Reading headers: {n} files</source>
        <translation>正在读取文件头：{n} 个文件</translation>
    </message>
    <message>
        <source>{n} not shown</source>
        <translation>{n} 个未显示</translation>
    </message>
    <message>
        <source>Nothing matches “{text}”.</source>
        <translation>没有与“{text}”匹配的内容。</translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation>清除筛选</translation>
    </message>
    <message>
        <source>No studies yet. Drop files or folders here, or open a folder.</source>
        <translation>尚无检查。将文件或文件夹拖放到此处，或打开文件夹。</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>1 file is not shown: see why</source>
        <translation>1 个文件未显示：查看原因</translation>
    </message>
    <message>
        <source>{n} files are not shown: see why</source>
        <translation>{n} 个文件未显示：查看原因</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Show tags</source>
        <translation>显示标签</translation>
    </message>
    <message>
        <source>Show in file manager</source>
        <translation>在文件管理器中显示</translation>
    </message>
    <message>
        <source>Merge the selected series</source>
        <translation>合并所选序列</translation>
    </message>
    <message>
        <source>Split by</source>
        <translation>拆分依据</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Orientation</source>
        <translation>方位</translation>
    </message>
    <message>
        <source>Image type</source>
        <translation>图像类型</translation>
    </message>
    <message>
        <source>Echo</source>
        <translation>回波</translation>
    </message>
    <message>
        <source>b-value</source>
        <translation>b 值</translation>
    </message>
    <message>
        <source>Acquisition number</source>
        <translation>采集号</translation>
    </message>
    <message>
        <source>Repetition at the same position</source>
        <translation>同一位置的重复采集</translation>
    </message>
    <message>
        <source>Group automatically again</source>
        <translation>重新自动分组</translation>
    </message>
    <message>
        <source>Remove from the list (files stay)</source>
        <translation>从列表中移除（文件保留）</translation>
    </message>
</context>
<context>
    <name>CanvasCommands</name>
    <message>
        <source>Open a series first.</source>
        <translation>请先打开一个序列。</translation>
    </message>
    <message>
        <source>The series is still being opened.</source>
        <translation>序列仍在打开中。</translation>
    </message>
    <message>
        <source>There is only one image.</source>
        <translation>只有一幅图像。</translation>
    </message>
    <message>
        <source>A colour image has no window.</source>
        <translation>彩色图像没有窗宽窗位。</translation>
    </message>
    <message>
        <source>The file does not say where its slices lie in the patient.</source>
        <translation>文件未说明各层面在患者体内的位置。</translation>
    </message>
    <message>
        <source>There is no picture yet.</source>
        <translation>尚无图片。</translation>
    </message>
    <message>
        <source>No measurement is selected.</source>
        <translation>未选择测量。</translation>
    </message>
    <message>
        <source>Choose a folder in which files can be made, with room on the disk.</source>
        <translation>请选择可写入且磁盘空间充足的文件夹。</translation>
    </message>
    <message>
        <source>There is no picture to write.</source>
        <translation>没有可写入的图片。</translation>
    </message>
    <message>
        <source>The picture could not be written.</source>
        <translation>无法写入图片。</translation>
    </message>
    <message>
        <source>This series is no longer in the list.</source>
        <translation>该序列已不在列表中。</translation>
    </message>
</context>
<context>
    <name>CanvasGrid</name>
    <message>
        <source>▶ {achieved} of {wanted} frames/s</source>
        <translation>▶ {achieved} / {wanted} 帧/秒</translation>
    </message>
</context>
<context>
    <name>CatalogModel</name>
    <message>
        <source>No name</source>
        <translation>无姓名</translation>
    </message>
    <message>
        <source>Study without description</source>
        <translation>无描述的检查</translation>
    </message>
    <message>
        <source>Series without description</source>
        <translation>无描述的序列</translation>
    </message>
    <message>
        <source>Part {part} of {parts}: {reason}</source>
        <translation>第 {part} 部分，共 {parts} 部分：{reason}</translation>
    </message>
</context>
<context>
    <name>ColourMaps</name>
    <message>
        <source>grey</source>
        <translation>灰阶</translation>
    </message>
    <message>
        <source>inverse grey</source>
        <translation>反相灰阶</translation>
    </message>
    <message>
        <source>hot</source>
        <translation>热色</translation>
    </message>
    <message>
        <source>hot-iron</source>
        <translation>热铁</translation>
    </message>
    <message>
        <source>pet</source>
        <translation>PET</translation>
    </message>
    <message>
        <source>hot-metal-blue</source>
        <translation>热金属蓝</translation>
    </message>
    <message>
        <source>rainbow</source>
        <translation>彩虹</translation>
    </message>
    <message>
        <source>turbo</source>
        <translation>Turbo</translation>
    </message>
    <message>
        <source>viridis</source>
        <translation>Viridis</translation>
    </message>
    <message>
        <source>magma</source>
        <translation>Magma</translation>
    </message>
    <message>
        <source>inferno</source>
        <translation>Inferno</translation>
    </message>
    <message>
        <source>cividis</source>
        <translation>Cividis</translation>
    </message>
    <message>
        <source>bone</source>
        <translation>骨色</translation>
    </message>
    <message>
        <source>cool-warm</source>
        <translation>冷暖</translation>
    </message>
    <message>
        <source>red</source>
        <translation>红</translation>
    </message>
    <message>
        <source>green</source>
        <translation>绿</translation>
    </message>
    <message>
        <source>blue</source>
        <translation>蓝</translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Search actions, patients, studies and series</source>
        <translation>搜索操作、患者、检查和序列</translation>
    </message>
    <message>
        <source>Nothing found.</source>
        <translation>未找到。</translation>
    </message>
    <message>
        <source>Series without description</source>
        <translation>无描述的序列</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Open files</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>The list of studies tells of each file why it is not shown.</source>
        <translation>检查列表会说明每个文件未显示的原因。</translation>
    </message>
    <message>
        <source>No image was found.</source>
        <translation>未找到图像。</translation>
    </message>
    <message>
        <source>Save session</source>
        <translation>保存会话</translation>
    </message>
    <message>
        <source>Session (*{suffix})</source>
        <translation>会话 (*{suffix})</translation>
    </message>
    <message>
        <source>The session was saved.</source>
        <translation>会话已保存。</translation>
    </message>
    <message>
        <source>It names the folders of its images, and holds no pixels.</source>
        <translation>其中记录了图像所在的文件夹，不含像素。</translation>
    </message>
    <message>
        <source>Open session</source>
        <translation>打开会话</translation>
    </message>
    <message>
        <source>{n} series of the session are not in the list of studies.</source>
        <translation>会话中的 {n} 个序列不在检查列表中。</translation>
    </message>
    <message>
        <source>Open their folder; their measurements come back with them.</source>
        <translation>请打开其所在文件夹；测量会随之恢复。</translation>
    </message>
    <message>
        <source>{n} series have other images than when the session was saved.</source>
        <translation>{n} 个序列的图像与保存会话时不同。</translation>
    </message>
    <message>
        <source>Measurements may lie on other images.</source>
        <translation>测量可能位于其他图像上。</translation>
    </message>
    <message>
        <source>The picture is on the clipboard.</source>
        <translation>图片已复制到剪贴板。</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG 图片 (*.png)</translation>
    </message>
    <message>
        <source>Names and numbers written on the image are in the picture too.</source>
        <translation>图像上显示的姓名和号码也包含在图片中。</translation>
    </message>
    <message>
        <source>The picture was saved.</source>
        <translation>图片已保存。</translation>
    </message>
    <message>
        <source>series of this study</source>
        <translation>序列（本检查内）</translation>
    </message>
    <message>
        <source>study of the list</source>
        <translation>检查（列表内）</translation>
    </message>
    <message>
        <source>page of this study</source>
        <translation>页（本检查内）</translation>
    </message>
    <message>
        <source>This is the last {what}.</source>
        <translation>已是最后一个{what}。</translation>
    </message>
    <message>
        <source>This is the first {what}.</source>
        <translation>已是第一个{what}。</translation>
    </message>
    <message>
        <source>No file manager answered; the folder&apos;s path is on the clipboard.</source>
        <translation>文件管理器无响应；文件夹路径已复制到剪贴板。</translation>
    </message>
</context>
<context>
    <name>CornerText</name>
    <message>
        <source>VOI LUT {name}</source>
        <translation>VOI LUT {name}</translation>
    </message>
    <message>
        <source>sigmoid</source>
        <translation>S 形</translation>
    </message>
    <message>
        <source>Stack {n} of {count}: {title}</source>
        <translation>第 {n} 组（共 {count} 组）：{title}</translation>
    </message>
    <message>
        <source>Zoom {percent} %</source>
        <translation>缩放 {percent} %</translation>
    </message>
    <message>
        <source>Thickness {mm} mm</source>
        <translation>层厚 {mm} mm</translation>
    </message>
    <message>
        <source>every {mm} mm</source>
        <translation>层间距 {mm} mm</translation>
    </message>
</context>
<context>
    <name>DockTitle</name>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Hide this panel</source>
        <translation>隐藏此面板</translation>
    </message>
</context>
<context>
    <name>Docks</name>
    <message>
        <source>Studies</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Jobs and messages</source>
        <translation>任务与消息</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>阅片</translation>
    </message>
    <message>
        <source>Process</source>
        <translation>处理</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗宽窗位</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
</context>
<context>
    <name>FailurePage</name>
    <message>
        <source>Close the program</source>
        <translation>关闭程序</translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>Reset to the default</source>
        <translation>恢复默认值</translation>
    </message>
    <message>
        <source>Reset {name}</source>
        <translation>恢复{name}</translation>
    </message>
</context>
<context>
    <name>Imageless</name>
    <message>
        <source>This is a structured report.</source>
        <translation>这是结构化报告。</translation>
    </message>
    <message>
        <source>This is a list of key objects.</source>
        <translation>这是关键对象选择文档。</translation>
    </message>
    <message>
        <source>This is a presentation state.</source>
        <translation>这是显示状态。</translation>
    </message>
    <message>
        <source>This is a radiotherapy structure set.</source>
        <translation>这是放疗结构集。</translation>
    </message>
    <message>
        <source>This is a radiotherapy plan.</source>
        <translation>这是放疗计划。</translation>
    </message>
    <message>
        <source>This is a radiotherapy treatment record.</source>
        <translation>这是放疗治疗记录。</translation>
    </message>
    <message>
        <source>This is a spatial registration.</source>
        <translation>这是空间配准。</translation>
    </message>
    <message>
        <source>This is a set of spatial fiducials.</source>
        <translation>这是空间基准点集。</translation>
    </message>
    <message>
        <source>This is a real world value map.</source>
        <translation>这是真实世界值映射。</translation>
    </message>
    <message>
        <source>This is a set of microscopy annotations.</source>
        <translation>这是显微图像标注。</translation>
    </message>
    <message>
        <source>This is an electrocardiogram.</source>
        <translation>这是心电图。</translation>
    </message>
    <message>
        <source>This is a surface model.</source>
        <translation>这是表面模型。</translation>
    </message>
    <message>
        <source>This is a waveform.</source>
        <translation>这是波形。</translation>
    </message>
    <message>
        <source>This is an encapsulated document.</source>
        <translation>这是封装文档。</translation>
    </message>
    <message>
        <source>This is a radiotherapy object.</source>
        <translation>这是放疗对象。</translation>
    </message>
    <message>
        <source>This is a segmentation without pixels.</source>
        <translation>这是不含像素的分割。</translation>
    </message>
    <message>
        <source>This object holds no image.</source>
        <translation>该对象不含图像。</translation>
    </message>
    <message>
        <source>It is not shown as an image; the panel Tags lists what it holds.</source>
        <translation>它不以图像显示；“标签”面板列出其内容。</translation>
    </message>
</context>
<context>
    <name>JobModel</name>
    <message>
        <source>Cancel this job</source>
        <translation>取消此任务</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>剩余 {time}</translation>
    </message>
    <message>
        <source>display</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>computing</source>
        <translation>计算</translation>
    </message>
    <message>
        <source>files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>own process</source>
        <translation>独立进程</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Lane</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Change the list of studies</source>
        <translation>更改检查列表</translation>
    </message>
</context>
<context>
    <name>JobsPanel</name>
    <message>
        <source>No jobs. Imports, filters and models that take longer appear here.</source>
        <translation>没有任务。耗时较长的导入、滤波和模型会显示在此处。</translation>
    </message>
    <message>
        <source>Cancel all</source>
        <translation>全部取消</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
</context>
<context>
    <name>KeyModel</name>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Keys and mouse</source>
        <translation>按键与鼠标</translation>
    </message>
    <message>
        <source>Change them in Preferences ▸ Keys</source>
        <translation>可在“首选项 ▸ 按键”中更改</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>鼠标</translation>
    </message>
    <message>
        <source>Window presets</source>
        <translation>窗预设</translation>
    </message>
    <message>
        <source>Left drag</source>
        <translation>左键拖动</translation>
    </message>
    <message>
        <source>Right drag</source>
        <translation>右键拖动</translation>
    </message>
    <message>
        <source>Middle drag</source>
        <translation>中键拖动</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation>Ctrl + 滚轮</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>以指针为中心缩放</translation>
    </message>
    <message>
        <source>Shift + move</source>
        <translation>Shift + 移动</translation>
    </message>
    <message>
        <source>3-D cursor in all panes</source>
        <translation>所有窗格的三维光标</translation>
    </message>
    <message>
        <source>Right click</source>
        <translation>右键单击</translation>
    </message>
    <message>
        <source>Menu of the pane</source>
        <translation>窗格菜单</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>双击</translation>
    </message>
    <message>
        <source>Maximise pane, and back</source>
        <translation>最大化窗格及还原</translation>
    </message>
    <message>
        <source>Ctrl / Shift + drag</source>
        <translation>Ctrl / Shift + 拖动</translation>
    </message>
    <message>
        <source>Window faster / finer</source>
        <translation>快速 / 精细调窗</translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>Filter actions and keys</source>
        <translation>筛选操作和按键</translation>
    </message>
    <message>
        <source>Set key</source>
        <translation>设置按键</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>默认</translation>
    </message>
    <message>
        <source>This key belongs to “{name}”. Give that another key first.</source>
        <translation>此按键已用于“{name}”。请先为其设置其他按键。</translation>
    </message>
</context>
<context>
    <name>LeftOutDialog</name>
    <message>
        <source>Files that are not shown</source>
        <translation>未显示的文件</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>筛选</translation>
    </message>
    <message>
        <source>{n} files were read and are not shown; nothing was changed on disk.</source>
        <translation>{n} 个文件已读取但未显示；磁盘上的内容未更改。</translation>
    </message>
    <message>
        <source>Copy list</source>
        <translation>复制列表</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>LeftOutModel</name>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>For research, not for diagnosis</source>
        <translation>仅供研究，不用于诊断</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>{n} files read.</source>
        <translation>已读取 {n} 个文件。</translation>
    </message>
    <message>
        <source>1 file read.</source>
        <translation>已读取 1 个文件。</translation>
    </message>
    <message>
        <source>1 is not shown: the list of studies tells why.</source>
        <translation>1 个文件未显示：检查列表中有原因。</translation>
    </message>
    <message>
        <source>{n} are not shown: the list of studies tells why.</source>
        <translation>{n} 个未显示：原因见检查列表。</translation>
    </message>
    <message>
        <source>Show jobs</source>
        <translation>显示任务</translation>
    </message>
    <message>
        <source>This study has no images.</source>
        <translation>该检查没有图像。</translation>
    </message>
    <message>
        <source>Drop to open; nothing is changed on disk.</source>
        <translation>松开即可打开；不会更改磁盘上的任何内容。</translation>
    </message>
</context>
<context>
    <name>MeasurementModel</name>
    <message>
        <source>Distance</source>
        <translation>距离</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>角度</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>椭圆</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>Freehand</source>
        <translation>手绘</translation>
    </message>
    <message>
        <source>The series is not open.</source>
        <translation>序列未打开。</translation>
    </message>
    <message>
        <source>The slice is not loaded.</source>
        <translation>该层面尚未加载。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>测量值</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>层面</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>序列</translation>
    </message>
</context>
<context>
    <name>MeasurementPanel</name>
    <message>
        <source>No measurements yet. Draw one with a measuring tool: D distance, A angle, E ellipse, R rectangle.</source>
        <translation>尚无测量。请用测量工具绘制：D 距离、A 角度、E 椭圆、R 矩形。</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>转到</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>{name}: {n} pixels</source>
        <translation>{name}：{n} 个像素</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Export measurements</source>
        <translation>导出测量</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
</context>
<context>
    <name>MeasurementText</name>
    <message>
        <source>at detector</source>
        <translation>探测器平面</translation>
    </message>
    <message>
        <source>nominal spacing</source>
        <translation>标称间距</translation>
    </message>
    <message>
        <source>across a gap</source>
        <translation>跨越缺层</translation>
    </message>
    <message>
        <source>resampled</source>
        <translation>已重采样</translation>
    </message>
    <message>
        <source>Doppler or M-mode: no lengths</source>
        <translation>多普勒或 M 型：不测长度</translation>
    </message>
    <message>
        <source>not in one calibrated region</source>
        <translation>不在同一校准区域内</translation>
    </message>
    <message>
        <source>colour: no values</source>
        <translation>彩色：无数值</translation>
    </message>
    <message>
        <source>no pixel inside</source>
        <translation>区域内无像素</translation>
    </message>
    <message>
        <source>Mean {mean}  SD {sd}</source>
        <translation>均值 {mean}  标准差 {sd}</translation>
    </message>
    <message>
        <source>Min {low}  Max {high}</source>
        <translation>最小 {low}  最大 {high}</translation>
    </message>
</context>
<context>
    <name>MessageLog</name>
    <message>
        <source>Nothing was told yet.</source>
        <translation>尚无消息。</translation>
    </message>
    <message>
        <source>Copy list</source>
        <translation>复制列表</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
</context>
<context>
    <name>MessageModel</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message>
        <source>Note</source>
        <translation>提示</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Something went wrong inside the program. Your work is saved and you can go on.</source>
        <translation>程序内部出错。您的工作已保存，可以继续。</translation>
    </message>
    <message>
        <source>A report without patient data was written; it helps to repair the fault.</source>
        <translation>已生成不含患者数据的报告，有助于修复故障。</translation>
    </message>
</context>
<context>
    <name>Operations</name>
    <message>
        <source>Layers</source>
        <translation>层数</translation>
    </message>
    <message>
        <source>More layers smooth further; each layer reaches one pixel.</source>
        <translation>层数越多，平滑范围越大；每层扩展一个像素。</translation>
    </message>
    <message>
        <source>Edge contrast</source>
        <translation>边缘对比度</translation>
    </message>
    <message>
        <source>Differences well below this are smoothed away, those well above stay. In the unit of the image, for a CT in HU.</source>
        <translation>明显低于此值的差异会被平滑，明显高于此值的会保留。单位与图像相同，CT 为 HU。</translation>
    </message>
    <message>
        <source>Networks</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Diffusion network (demonstration)</source>
        <translation>扩散网络（演示）</translation>
    </message>
    <message>
        <source>Sigma</source>
        <translation>Sigma</translation>
    </message>
    <message>
        <source>Standard deviation of the Gaussian. A length in the patient: pixels of unequal size are smoothed equally far in every direction.</source>
        <translation>高斯函数的标准差。为患者体内的长度：像素大小不等时，各方向的平滑距离仍相同。</translation>
    </message>
    <message>
        <source>Each slice by itself</source>
        <translation>逐层处理</translation>
    </message>
    <message>
        <source>Whole volume</source>
        <translation>整个容积</translation>
    </message>
    <message>
        <source>Smooth</source>
        <translation>平滑</translation>
    </message>
    <message>
        <source>Each slice by itself works for every series; the whole volume also smooths from slice to slice.</source>
        <translation>逐层处理适用于所有序列；整个容积还会在层间平滑。</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>滤波</translation>
    </message>
    <message>
        <source>Gaussian blur</source>
        <translation>高斯模糊</translation>
    </message>
</context>
<context>
    <name>Pane</name>
    <message>
        <source>loading {percent} %</source>
        <translation>正在加载 {percent} %</translation>
    </message>
    <message>
        <source>PROCESSED</source>
        <translation>已处理</translation>
    </message>
    <message>
        <source>Drop a series here</source>
        <translation>将序列拖放到此处</translation>
    </message>
    <message>
        <source>or double-click one in the list of studies</source>
        <translation>或在检查列表中双击序列</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>This series cannot be shown</source>
        <translation>无法显示该序列</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>正在打开…</translation>
    </message>
    <message>
        <source>This slice cannot be shown</source>
        <translation>无法显示该层面</translation>
    </message>
    <message>
        <source>There is no such slice</source>
        <translation>不存在该层面</translation>
    </message>
    <message>
        <source>This plane cannot be reconstructed</source>
        <translation>无法重建该平面</translation>
    </message>
    <message>
        <source>Preparing the planes…</source>
        <translation>正在准备各平面…</translation>
    </message>
    <message>
        <source>stack {n}</source>
        <translation>第 {n} 组</translation>
    </message>
</context>
<context>
    <name>PaneMenu</name>
    <message>
        <source>Delete measurement</source>
        <translation>删除测量</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗宽窗位</translation>
    </message>
    <message>
        <source>File default</source>
        <translation>文件默认</translation>
    </message>
    <message>
        <source>Auto (1–99 %)</source>
        <translation>自动（1–99 %）</translation>
    </message>
    <message>
        <source>Full range</source>
        <translation>全范围</translation>
    </message>
    <message>
        <source>From a box…</source>
        <translation>由框选确定…</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>反相</translation>
    </message>
    <message>
        <source>Smooth pixels</source>
        <translation>平滑像素</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>距离</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>角度</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>椭圆</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
    <message>
        <source>Freehand</source>
        <translation>手绘</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适合窗格</translation>
    </message>
    <message>
        <source>1 : 1</source>
        <translation>1 : 1</translation>
    </message>
    <message>
        <source>Flip left–right</source>
        <translation>左右翻转</translation>
    </message>
    <message>
        <source>Flip top–bottom</source>
        <translation>上下翻转</translation>
    </message>
    <message>
        <source>Rotate right</source>
        <translation>向右旋转</translation>
    </message>
    <message>
        <source>Reset view</source>
        <translation>复位视图</translation>
    </message>
    <message>
        <source>Plane</source>
        <translation>平面</translation>
    </message>
    <message>
        <source>As stored</source>
        <translation>原始存储</translation>
    </message>
    <message>
        <source>Axial</source>
        <translation>轴位</translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation>冠状位</translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation>矢状位</translation>
    </message>
    <message>
        <source>Three planes</source>
        <translation>三平面</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Values in</source>
        <translation>数值单位</translation>
    </message>
    <message>
        <source>file&apos;s own values</source>
        <translation>文件自身的值</translation>
    </message>
    <message>
        <source>Stack</source>
        <translation>图像组</translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <source>Preferences</source>
        <translation>首选项</translation>
    </message>
    <message>
        <source>General</source>
        <translation>常规</translation>
    </message>
    <message>
        <source>Display</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation>鼠标</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Changes are in force at once.</source>
        <translation>更改立即生效。</translation>
    </message>
    <message>
        <source>Reset this page</source>
        <translation>重置此页</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>PresetBar</name>
    <message>
        <source>Save this window as preset…</source>
        <translation>将当前窗存为预设…</translation>
    </message>
    <message>
        <source>Rename preset…</source>
        <translation>重命名预设…</translation>
    </message>
    <message>
        <source>Set preset to this window</source>
        <translation>将预设设为当前窗</translation>
    </message>
    <message>
        <source>Delete preset</source>
        <translation>删除预设</translation>
    </message>
    <message>
        <source>Take the program&apos;s own presets again</source>
        <translation>恢复程序自带预设</translation>
    </message>
    <message>
        <source>Import presets…</source>
        <translation>导入预设…</translation>
    </message>
    <message>
        <source>Export presets…</source>
        <translation>导出预设…</translation>
    </message>
    <message>
        <source>Change presets</source>
        <translation>更改预设</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>预设名称</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>No key</source>
        <translation>无按键</translation>
    </message>
    <message>
        <source>No preset</source>
        <translation>无预设</translation>
    </message>
    <message>
        <source>No presets</source>
        <translation>无预设</translation>
    </message>
    <message>
        <source>File: {name}</source>
        <translation>文件：{name}</translation>
    </message>
    <message>
        <source>Import presets</source>
        <translation>导入预设</translation>
    </message>
    <message>
        <source>Presets (*.json)</source>
        <translation>预设 (*.json)</translation>
    </message>
    <message>
        <source>Export presets</source>
        <translation>导出预设</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>Brain</source>
        <translation>脑窗</translation>
    </message>
    <message>
        <source>Subdural</source>
        <translation>硬膜下窗</translation>
    </message>
    <message>
        <source>Stroke</source>
        <translation>卒中窗</translation>
    </message>
    <message>
        <source>Soft tissue</source>
        <translation>软组织窗</translation>
    </message>
    <message>
        <source>Liver</source>
        <translation>肝窗</translation>
    </message>
    <message>
        <source>Mediastinum</source>
        <translation>纵隔窗</translation>
    </message>
    <message>
        <source>Lung</source>
        <translation>肺窗</translation>
    </message>
    <message>
        <source>Bone</source>
        <translation>骨窗</translation>
    </message>
    <message>
        <source>Angiography</source>
        <translation>血管窗</translation>
    </message>
    <message>
        <source>Air</source>
        <translation>气体窗</translation>
    </message>
    <message>
        <source>SUV 0–7</source>
        <translation>SUV 0–7</translation>
    </message>
    <message>
        <source>SUV 0–10 hot</source>
        <translation>SUV 0–10 热色</translation>
    </message>
    <message>
        <source>SUV 0–5</source>
        <translation>SUV 0–5</translation>
    </message>
    <message>
        <source>SUV 0–15</source>
        <translation>SUV 0–15</translation>
    </message>
</context>
<context>
    <name>Probe</name>
    <message>
        <source>RGB {r} {g} {b}</source>
        <translation>RGB {r} {g} {b}</translation>
    </message>
    <message>
        <source>stored {value}</source>
        <translation>存储值 {value}</translation>
    </message>
    <message>
        <source>padding</source>
        <translation>填充值</translation>
    </message>
    <message>
        <source>shown {value}</source>
        <translation>显示值 {value}</translation>
    </message>
</context>
<context>
    <name>ProcessPanel</name>
    <message>
        <source>Add step</source>
        <translation>添加步骤</translation>
    </message>
    <message>
        <source>Copy as command</source>
        <translation>复制为命令</translation>
    </message>
    <message>
        <source>Save recipe…</source>
        <translation>保存流程…</translation>
    </message>
    <message>
        <source>Open recipe…</source>
        <translation>打开流程…</translation>
    </message>
    <message>
        <source>Reset step to its defaults</source>
        <translation>将步骤恢复默认</translation>
    </message>
    <message>
        <source>Remove all steps</source>
        <translation>移除所有步骤</translation>
    </message>
    <message>
        <source>Process all slices</source>
        <translation>处理所有层面</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Steps of the recipe</source>
        <translation>流程步骤</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Show the original</source>
        <translation>显示原始图像</translation>
    </message>
    <message>
        <source>All slices processed</source>
        <translation>已处理所有层面</translation>
    </message>
    <message>
        <source>Add a step to smooth or change the image. The original stays as it is.</source>
        <translation>添加步骤以平滑或更改图像。原始图像保持不变。</translation>
    </message>
    <message>
        <source>Open a series to process it.</source>
        <translation>打开一个序列进行处理。</translation>
    </message>
    <message>
        <source>No step is on.</source>
        <translation>没有启用的步骤。</translation>
    </message>
    <message>
        <source>The series is still being loaded.</source>
        <translation>序列仍在加载中。</translation>
    </message>
    <message>
        <source>All slices are processed.</source>
        <translation>所有层面均已处理。</translation>
    </message>
    <message>
        <source>Processing: {steps}</source>
        <translation>正在处理：{steps}</translation>
    </message>
    <message>
        <source>The command is on the clipboard. Put your files in the place of IN and OUT.</source>
        <translation>命令已复制到剪贴板。请将 IN 和 OUT 替换为您的文件。</translation>
    </message>
    <message>
        <source>The recipe is saved.</source>
        <translation>流程已保存。</translation>
    </message>
    <message>
        <source>Save recipe</source>
        <translation>保存流程</translation>
    </message>
    <message>
        <source>Recipes (*.json)</source>
        <translation>流程 (*.json)</translation>
    </message>
    <message>
        <source>Open recipe</source>
        <translation>打开流程</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>完整</translation>
    </message>
    <message>
        <source>Minimal</source>
        <translation>精简</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Window/level</source>
        <translation>窗宽窗位</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>平移</translation>
    </message>
    <message>
        <source>Scroll</source>
        <translation>翻页</translation>
    </message>
    <message>
        <source>Crosshair</source>
        <translation>十字线</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Open what was open last time</source>
        <translation>打开上次的内容</translation>
    </message>
    <message>
        <source>Series, layout and measurements come back when the program starts.</source>
        <translation>程序启动时恢复序列、布局和测量。</translation>
    </message>
    <message>
        <source>Smooth pixels</source>
        <translation>平滑像素</translation>
    </message>
    <message>
        <source>Off shows each pixel as a square.</source>
        <translation>关闭时每个像素显示为方块。</translation>
    </message>
    <message>
        <source>Corner texts</source>
        <translation>角标文字</translation>
    </message>
    <message>
        <source>Dragging down darkens</source>
        <translation>向下拖动变暗</translation>
    </message>
    <message>
        <source>Without it, dragging down brightens the image.</source>
        <translation>不勾选时，向下拖动使图像变亮。</translation>
    </message>
    <message>
        <source>Width up and down, level left and right</source>
        <translation>上下调窗宽，左右调窗位</translation>
    </message>
    <message>
        <source>Speed of window/level</source>
        <translation>调窗速度</translation>
    </message>
    <message>
        <source>Show the crosshair</source>
        <translation>显示十字线</translation>
    </message>
    <message>
        <source>Show reference lines</source>
        <translation>显示定位线</translation>
    </message>
    <message>
        <source>Cine rate</source>
        <translation>电影播放速率</translation>
    </message>
    <message>
        <source>Used when the file does not say its own.</source>
        <translation>文件未给出速率时使用。</translation>
    </message>
    <message>
        <source>Keep the measuring tool</source>
        <translation>保持测量工具</translation>
    </message>
    <message>
        <source>Without it, the pointer comes back after each measurement.</source>
        <translation>不勾选时，每次测量后恢复指针。</translation>
    </message>
    <message>
        <source>Left button</source>
        <translation>左键</translation>
    </message>
    <message>
        <source>Middle button</source>
        <translation>中键</translation>
    </message>
    <message>
        <source>Right button</source>
        <translation>右键</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <source>Memory for images</source>
        <translation>图像内存</translation>
    </message>
    <message>
        <source>0 takes half of the computer&apos;s memory.</source>
        <translation>0 表示使用计算机内存的一半。</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>What is grey is set by the environment of this computer.</source>
        <translation>灰色项由本计算机的环境变量设定。</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Open, read, measure and process medical images</source>
        <translation>打开、阅读、测量和处理医学图像</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>打开文件夹…</translation>
    </message>
    <message>
        <source>Drop files, folders or ZIP archives anywhere in this window. Nothing is changed on disk.</source>
        <translation>将文件、文件夹或 ZIP 压缩包拖放到窗口任意位置。不会更改磁盘上的任何内容。</translation>
    </message>
    <message>
        <source>RECENT STUDIES</source>
        <translation>最近的检查</translation>
    </message>
    <message>
        <source>KEYS WORTH KNOWING</source>
        <translation>常用按键</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>1 series</source>
        <translation>1 个序列</translation>
    </message>
    <message>
        <source>{n} series</source>
        <translation>{n} 个序列</translation>
    </message>
</context>
<context>
    <name>StepEditor</name>
    <message>
        <source>Move up (Alt+Up)</source>
        <translation>上移（Alt+Up）</translation>
    </message>
    <message>
        <source>Move down (Alt+Down)</source>
        <translation>下移（Alt+Down）</translation>
    </message>
    <message>
        <source>Remove the step (Delete)</source>
        <translation>移除步骤（Delete）</translation>
    </message>
</context>
<context>
    <name>TagModel</name>
    <message>
        <source>Tag</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>VR</source>
        <translation>VR</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
</context>
<context>
    <name>TagPanel</name>
    <message>
        <source>Filter tag, name or value</source>
        <translation>按标签、名称或数值筛选</translation>
    </message>
    <message>
        <source>Open a series to see its tags.</source>
        <translation>打开序列以查看其标签。</translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Close this note</source>
        <translation>关闭此提示</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Told</name>
    <message>
        <source>The file is empty.</source>
        <translation>文件为空。</translation>
    </message>
    <message>
        <source>This is a {a}, which is not shown here.</source>
        <translation>该文件（{a}）不在此处显示。</translation>
    </message>
    <message>
        <source>This is an {a}, which is not shown here.</source>
        <translation>该文件（{a}）不在此处显示。</translation>
    </message>
    <message>
        <source>The file is of an unknown kind.</source>
        <translation>无法识别文件类型。</translation>
    </message>
    <message>
        <source>The picture is damaged.</source>
        <translation>图片已损坏。</translation>
    </message>
    <message>
        <source>The picture claims a suspicious size.</source>
        <translation>图片声明的尺寸可疑。</translation>
    </message>
    <message>
        <source>This is a gzip-compressed file that holds no NIfTI volume.</source>
        <translation>这是 gzip 压缩文件，其中没有 NIfTI 体数据。</translation>
    </message>
    <message>
        <source>Duplicate of {a} ({b}).</source>
        <translation>与 {a} 重复（{b}）。</translation>
    </message>
    <message>
        <source>Another, different image bears the same instance UID.</source>
        <translation>另一幅不同的图像使用了相同的实例 UID。</translation>
    </message>
    <message>
        <source>The file is cut short inside its header and holds no image.</source>
        <translation>文件在头信息处被截断，不含图像。</translation>
    </message>
    <message>
        <source>The file is cut short: the pixel data end before their declared length.</source>
        <translation>文件不完整：像素数据短于声明的长度。</translation>
    </message>
    <message>
        <source>The file is cut short: frame {a} of {b} is not whole.</source>
        <translation>文件不完整：第 {a} 帧（共 {b} 帧）残缺。</translation>
    </message>
    <message>
        <source>The file is cut short: {a} of {b} frames are there.</source>
        <translation>文件不完整：{b} 帧中仅有 {a} 帧。</translation>
    </message>
    <message>
        <source>The file is cut short: not even its first frame is whole.</source>
        <translation>文件不完整：连第一帧也残缺。</translation>
    </message>
    <message>
        <source>The file is cut short: its values are not all there.</source>
        <translation>文件不完整：数值缺失。</translation>
    </message>
    <message>
        <source>The file is cut short: its header claims an image far larger than the file can hold.</source>
        <translation>文件不完整：头信息声明的图像远大于文件所能容纳的大小。</translation>
    </message>
    <message>
        <source>Copy or send it again.</source>
        <translation>请重新复制或发送。</translation>
    </message>
    <message>
        <source>Copy or send the file again.</source>
        <translation>请重新复制或发送该文件。</translation>
    </message>
    <message>
        <source>It may be damaged or cut short.</source>
        <translation>文件可能已损坏或不完整。</translation>
    </message>
    <message>
        <source>It may be damaged or cut short: copy or send it again.</source>
        <translation>文件可能已损坏或不完整：请重新复制或发送。</translation>
    </message>
    <message>
        <source>The file holds no pixel data.</source>
        <translation>文件不含像素数据。</translation>
    </message>
    <message>
        <source>The file holds no image.</source>
        <translation>文件不含图像。</translation>
    </message>
    <message>
        <source>The file has no pixels.</source>
        <translation>文件没有像素。</translation>
    </message>
    <message>
        <source>The pixel data are empty.</source>
        <translation>像素数据为空。</translation>
    </message>
    <message>
        <source>The file has no DICOM preamble.</source>
        <translation>文件没有 DICOM 前导码。</translation>
    </message>
    <message>
        <source>The file does not name its transfer syntax; it was found out from the content.</source>
        <translation>文件未注明传输语法，已根据内容判定。</translation>
    </message>
    <message>
        <source>The transfer syntax says native pixels, but the pixel data are encapsulated.</source>
        <translation>传输语法注明为未压缩像素，但像素数据是封装的。</translation>
    </message>
    <message>
        <source>The transfer syntax says compressed, but the pixel data are not encapsulated.</source>
        <translation>传输语法注明为压缩像素，但像素数据未封装。</translation>
    </message>
    <message>
        <source>The file has no study UID; one was made from its folder.</source>
        <translation>文件没有检查 UID，已根据所在文件夹生成。</translation>
    </message>
    <message>
        <source>The file has no series UID; one was made from its folder.</source>
        <translation>文件没有序列 UID，已根据所在文件夹生成。</translation>
    </message>
    <message>
        <source>The file has no instance UID; one was made from its content.</source>
        <translation>文件没有实例 UID，已根据内容生成。</translation>
    </message>
    <message>
        <source>An identifier of the file is not a valid UID; it is used as it stands.</source>
        <translation>文件中的某个标识不是有效的 UID，按原样使用。</translation>
    </message>
    <message>
        <source>The file&apos;s windows are incomplete.</source>
        <translation>文件中的窗宽窗位不完整。</translation>
    </message>
    <message>
        <source>The file ends inside its header.</source>
        <translation>文件在头信息处中断。</translation>
    </message>
    <message>
        <source>The header of the file is damaged.</source>
        <translation>文件头已损坏。</translation>
    </message>
    <message>
        <source>The file is damaged: its header cannot be read.</source>
        <translation>文件已损坏：无法读取头信息。</translation>
    </message>
    <message>
        <source>The file is damaged and cannot be read.</source>
        <translation>文件已损坏，无法读取。</translation>
    </message>
    <message>
        <source>The file starts like DICOM but holds no usable elements.</source>
        <translation>文件开头类似 DICOM，但没有可用的数据元素。</translation>
    </message>
    <message>
        <source>This is not a DICOM file.</source>
        <translation>这不是 DICOM 文件。</translation>
    </message>
    <message>
        <source>Choose a file or a folder with DICOM files.</source>
        <translation>请选择 DICOM 文件或含有 DICOM 文件的文件夹。</translation>
    </message>
    <message>
        <source>The file cannot be opened.</source>
        <translation>无法打开文件。</translation>
    </message>
    <message>
        <source>Check that it is still there and that you may read it.</source>
        <translation>请确认文件仍在原处且您有读取权限。</translation>
    </message>
    <message>
        <source>The file cannot be read from its disk.</source>
        <translation>无法从磁盘读取文件。</translation>
    </message>
    <message>
        <source>The file cannot be read from the disk.</source>
        <translation>无法从磁盘读取文件。</translation>
    </message>
    <message>
        <source>Check that the disk or the network drive is there.</source>
        <translation>请确认磁盘或网络驱动器可用。</translation>
    </message>
    <message>
        <source>The file may not be read: permission denied.</source>
        <translation>没有读取该文件的权限。</translation>
    </message>
    <message>
        <source>The file does not exist.</source>
        <translation>文件不存在。</translation>
    </message>
    <message>
        <source>There is no such file.</source>
        <translation>没有这个文件。</translation>
    </message>
    <message>
        <source>The link leads nowhere.</source>
        <translation>链接指向的位置不存在。</translation>
    </message>
    <message>
        <source>The folder may not be opened: {a}.</source>
        <translation>无法打开文件夹（{a}）。</translation>
    </message>
    <message>
        <source>The DICOMDIR lists this file, but it is not there.</source>
        <translation>DICOMDIR 列出了该文件，但文件不存在。</translation>
    </message>
    <message>
        <source>Media directory (DICOMDIR); the files that it lists are read one by one.</source>
        <translation>介质目录（DICOMDIR）；其中列出的文件将逐个读取。</translation>
    </message>
    <message>
        <source>The DICOMDIR is damaged.</source>
        <translation>DICOMDIR 已损坏。</translation>
    </message>
    <message>
        <source>Open its folder instead.</source>
        <translation>请改为打开其所在文件夹。</translation>
    </message>
    <message>
        <source>ZIP archive; its {a} files are listed one by one.</source>
        <translation>ZIP 压缩包；其中的 {a} 个文件逐个列出。</translation>
    </message>
    <message>
        <source>The ZIP archive is empty.</source>
        <translation>ZIP 压缩包为空。</translation>
    </message>
    <message>
        <source>The ZIP archive is damaged.</source>
        <translation>ZIP 压缩包已损坏。</translation>
    </message>
    <message>
        <source>The file inside the archive is damaged.</source>
        <translation>压缩包内的文件已损坏。</translation>
    </message>
    <message>
        <source>The file inside the archive is encrypted.</source>
        <translation>压缩包内的文件已加密。</translation>
    </message>
    <message>
        <source>An archive inside an archive is not opened.</source>
        <translation>不打开压缩包中的压缩包。</translation>
    </message>
    <message>
        <source>The series holds no image.</source>
        <translation>该序列不含图像。</translation>
    </message>
    <message>
        <source>The series holds {a} stacks. Shown: {b}. Others: {c}.</source>
        <translation>该序列含 {a} 组图像。当前显示：{b}。其他：{c}。</translation>
    </message>
    <message>
        <source>The images carry no pixel spacing.</source>
        <translation>图像没有像素间距。</translation>
    </message>
    <message>
        <source>The pixel spacing is not positive and was left out.</source>
        <translation>像素间距不是正数，已忽略。</translation>
    </message>
    <message>
        <source>The {a} is not a number and was left out.</source>
        <translation>{a} 不是数值，已忽略。</translation>
    </message>
    <message>
        <source>The {a} is not positive and was left out.</source>
        <translation>{a} 不是正数，已忽略。</translation>
    </message>
    <message>
        <source>The {a} is not usable and was left out.</source>
        <translation>{a} 不可用，已忽略。</translation>
    </message>
    <message>
        <source>The image orientation is not usable and was left out.</source>
        <translation>图像方向不可用，已忽略。</translation>
    </message>
    <message>
        <source>The number of frames is not usable; one frame is assumed.</source>
        <translation>帧数不可用，按一帧处理。</translation>
    </message>
    <message>
        <source>The slices are tilted by {a}° against the direction they follow.</source>
        <translation>层面相对于排列方向倾斜 {a}°。</translation>
    </message>
    <message>
        <source>The distance between slices is not even.</source>
        <translation>层间距不均匀。</translation>
    </message>
    <message>
        <source>The images carry no position in the patient.</source>
        <translation>图像没有患者坐标位置。</translation>
    </message>
    <message>
        <source>All images lie at one location.</source>
        <translation>所有图像位于同一位置。</translation>
    </message>
    <message>
        <source>All slices lie in the same place.</source>
        <translation>所有层面位于同一位置。</translation>
    </message>
    <message>
        <source>The images are shifted against each other, so they form no volume.</source>
        <translation>图像相互错位，无法构成体数据。</translation>
    </message>
    <message>
        <source>Planes across the stack need at least three slices.</source>
        <translation>重建平面至少需要三层图像。</translation>
    </message>
    <message>
        <source>The file does not say how large a pixel is, so that planes across the stack would be distorted.</source>
        <translation>文件未注明像素大小，重建平面会变形。</translation>
    </message>
    <message>
        <source>A volume needs at least three slices.</source>
        <translation>体数据至少需要三层图像。</translation>
    </message>
    <message>
        <source>Text is burned into the pixels; it may name the patient.</source>
        <translation>像素中嵌有文字，可能含有患者姓名。</translation>
    </message>
    <message>
        <source>A picture has no position in the patient.</source>
        <translation>普通图片没有患者坐标位置。</translation>
    </message>
    <message>
        <source>The file holds {a} volumes; the first is shown.</source>
        <translation>文件含 {a} 个体数据，显示第一个。</translation>
    </message>
    <message>
        <source>The file does not place its volume in the patient: left and right are not known.</source>
        <translation>文件未注明体数据在患者中的位置：左右未知。</translation>
    </message>
    <message>
        <source>The header says {a} × {b} pixels and the compressed image says {c} × {d}.</source>
        <translation>头信息注明 {a} × {b} 像素，压缩图像为 {c} × {d}。</translation>
    </message>
    <message>
        <source>The compressed pixels are damaged and cannot be decoded.</source>
        <translation>压缩像素已损坏，无法解码。</translation>
    </message>
    <message>
        <source>The compressed pixels are missing or cut short.</source>
        <translation>压缩像素缺失或不完整。</translation>
    </message>
    <message>
        <source>The compressed pixels of this frame are missing.</source>
        <translation>该帧的压缩像素缺失。</translation>
    </message>
    <message>
        <source>The compressed frame is shorter than the header says.</source>
        <translation>压缩帧短于头信息所注明的长度。</translation>
    </message>
    <message>
        <source>The size of the compressed image contradicts the header.</source>
        <translation>压缩图像的尺寸与头信息矛盾。</translation>
    </message>
    <message>
        <source>The decoder broke down over this frame; its pixels are damaged.</source>
        <translation>解码器在该帧上崩溃：像素已损坏。</translation>
    </message>
    <message>
        <source>Decoding this frame took too long, so it was given up.</source>
        <translation>解码该帧耗时过长，已放弃。</translation>
    </message>
    <message>
        <source>The pixels are stored as {a}, which no decoder here reads.</source>
        <translation>像素以 {a} 存储，没有可用的解码器。</translation>
    </message>
    <message>
        <source>The pixels are stored as {a} JPEG, which no decoder here reads.</source>
        <translation>像素以 {a} JPEG 存储，没有可用的解码器。</translation>
    </message>
    <message>
        <source>Ask for the images in an uncompressed or JPEG 2000 form.</source>
        <translation>请索取未压缩或 JPEG 2000 格式的图像。</translation>
    </message>
    <message>
        <source>The transfer syntax {a} is not known, so the pixels cannot be decoded.</source>
        <translation>未知的传输语法 {a}，无法解码像素。</translation>
    </message>
    <message>
        <source>Ask for the images in a standard transfer syntax.</source>
        <translation>请索取采用标准传输语法的图像。</translation>
    </message>
    <message>
        <source>The colour palette is damaged.</source>
        <translation>调色板已损坏。</translation>
    </message>
    <message>
        <source>The image needs a colour palette, and the file has none that can be used.</source>
        <translation>图像需要调色板，但文件中没有可用的调色板。</translation>
    </message>
    <message>
        <source>An overlay of the file is damaged and was left out.</source>
        <translation>文件中的一个叠加层已损坏，已忽略。</translation>
    </message>
    <message>
        <source>A window of the file has no width and was left out.</source>
        <translation>文件中的一个窗没有窗宽，已忽略。</translation>
    </message>
    <message>
        <source>The dose has no scaling: its values are relative.</source>
        <translation>剂量没有比例因子：数值为相对值。</translation>
    </message>
    <message>
        <source>The file does not say how its values become Hounsfield units.</source>
        <translation>文件未注明如何换算为 HU 值。</translation>
    </message>
    <message>
        <source>The unit of the PET values is not known.</source>
        <translation>PET 数值的单位未知。</translation>
    </message>
    <message>
        <source>There is not enough memory for the volume.</source>
        <translation>内存不足，无法载入体数据。</translation>
    </message>
    <message>
        <source>Close other series or programs.</source>
        <translation>请关闭其他序列或程序。</translation>
    </message>
    <message>
        <source>The series is still being opened.</source>
        <translation>正在打开序列。</translation>
    </message>
    <message>
        <source>This series could not be opened.</source>
        <translation>无法打开该序列。</translation>
    </message>
    <message>
        <source>The log says more.</source>
        <translation>详情见日志。</translation>
    </message>
    <message>
        <source>This slice could not be read.</source>
        <translation>无法读取该层图像。</translation>
    </message>
    <message>
        <source>This series is no longer in the list.</source>
        <translation>该序列已不在列表中。</translation>
    </message>
    <message>
        <source>Import its files again.</source>
        <translation>请重新导入其文件。</translation>
    </message>
    <message>
        <source>The planes could not be made.</source>
        <translation>无法生成重建平面。</translation>
    </message>
    <message>
        <source>Slices of this series could not be read, so no planes can be made across it.</source>
        <translation>该序列有层面无法读取，不能生成重建平面。</translation>
    </message>
    <message>
        <source>The disk is full: the catalog could not be written.</source>
        <translation>磁盘已满：无法写入目录库。</translation>
    </message>
    <message>
        <source>Free some space and try again.</source>
        <translation>请腾出空间后重试。</translation>
    </message>
    <message>
        <source>The catalog file was damaged.</source>
        <translation>目录库文件已损坏。</translation>
    </message>
    <message>
        <source>It is built again from your files, which are not affected; the damaged file was kept beside it.</source>
        <translation>正在根据您的文件重建目录库，文件本身不受影响；损坏的目录库保留在旁边。</translation>
    </message>
    <message>
        <source>Only two or more series of one study can be merged.</source>
        <translation>只能合并同一检查的两个或更多序列。</translation>
    </message>
    <message>
        <source>Select them in the list.</source>
        <translation>请在列表中选择。</translation>
    </message>
    <message>
        <source>The images of this series do not differ in that.</source>
        <translation>该序列的图像在这方面没有差别。</translation>
    </message>
    <message>
        <source>Choose another way to split it.</source>
        <translation>请选择其他拆分方式。</translation>
    </message>
    <message>
        <source>The settings could not be saved.</source>
        <translation>无法保存设置。</translation>
    </message>
    <message>
        <source>Make room on the disk.</source>
        <translation>请腾出磁盘空间。</translation>
    </message>
    <message>
        <source>Your work cannot be kept safe on the disk.</source>
        <translation>无法将您的工作安全保存到磁盘。</translation>
    </message>
    <message>
        <source>Make room on the disk, or save the session elsewhere.</source>
        <translation>请腾出磁盘空间，或将会话保存到其他位置。</translation>
    </message>
    <message>
        <source>This file is not a medviewer session.</source>
        <translation>这不是 medviewer 会话文件。</translation>
    </message>
    <message>
        <source>The session file is damaged.</source>
        <translation>会话文件已损坏。</translation>
    </message>
    <message>
        <source>The session could not be saved.</source>
        <translation>无法保存会话。</translation>
    </message>
    <message>
        <source>The table could not be written.</source>
        <translation>无法写入表格。</translation>
    </message>
    <message>
        <source>Choose another folder, or close the file.</source>
        <translation>请选择其他文件夹，或关闭该文件。</translation>
    </message>
    <message>
        <source>The file could not be written.</source>
        <translation>无法写入文件。</translation>
    </message>
    <message>
        <source>Check the folder and the space on the disk.</source>
        <translation>请检查文件夹和磁盘空间。</translation>
    </message>
    <message>
        <source>The file does not hold window presets.</source>
        <translation>文件不含窗预设。</translation>
    </message>
    <message>
        <source>Choose a file that was exported from the window panel.</source>
        <translation>请选择从窗宽窗位面板导出的文件。</translation>
    </message>
    <message>
        <source>text file</source>
        <translation>文本文件</translation>
    </message>
    <message>
        <source>XML file</source>
        <translation>XML 文件</translation>
    </message>
    <message>
        <source>web page</source>
        <translation>网页</translation>
    </message>
    <message>
        <source>JSON or text file</source>
        <translation>JSON 或文本文件</translation>
    </message>
    <message>
        <source>PDF document</source>
        <translation>PDF 文档</translation>
    </message>
    <message>
        <source>GIF picture</source>
        <translation>GIF 图片</translation>
    </message>
    <message>
        <source>BMP picture</source>
        <translation>BMP 图片</translation>
    </message>
    <message>
        <source>NumPy array</source>
        <translation>NumPy 数组</translation>
    </message>
    <message>
        <source>HDF5 file</source>
        <translation>HDF5 文件</translation>
    </message>
    <message>
        <source>MATLAB file</source>
        <translation>MATLAB 文件</translation>
    </message>
    <message>
        <source>program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>Windows program</source>
        <translation>Windows 程序</translation>
    </message>
    <message>
        <source>SQLite database</source>
        <translation>SQLite 数据库</translation>
    </message>
    <message>
        <source>Microsoft Office document</source>
        <translation>Microsoft Office 文档</translation>
    </message>
    <message>
        <source>RAR archive</source>
        <translation>RAR 压缩包</translation>
    </message>
    <message>
        <source>7-Zip archive</source>
        <translation>7-Zip 压缩包</translation>
    </message>
    <message>
        <source>tar archive</source>
        <translation>tar 归档</translation>
    </message>
    <message>
        <source>AVI video</source>
        <translation>AVI 视频</translation>
    </message>
    <message>
        <source>MPEG video</source>
        <translation>MPEG 视频</translation>
    </message>
    <message>
        <source>Matroska video</source>
        <translation>Matroska 视频</translation>
    </message>
    <message>
        <source>MPEG-4 video or HEIF picture</source>
        <translation>MPEG-4 视频或 HEIF 图片</translation>
    </message>
    <message>
        <source>same instance UID</source>
        <translation>实例 UID 相同</translation>
    </message>
    <message>
        <source>pixel spacing</source>
        <translation>像素间距</translation>
    </message>
    <message>
        <source>slice thickness</source>
        <translation>层厚</translation>
    </message>
</context>
<context>
    <name>ToolBar</name>
    <message>
        <source>Search everything</source>
        <translation>全局搜索</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Search actions, patients, studies and series</source>
        <translation>搜索操作、患者、检查和序列</translation>
    </message>
</context>
<context>
    <name>TrustLights</name>
    <message>
        <source>lossy</source>
        <translation>有损</translation>
    </message>
    <message>
        <source>The pixels were compressed with loss; small values may have changed.</source>
        <translation>像素经有损压缩；细微数值可能已改变。</translation>
    </message>
    <message>
        <source>The voxels were interpolated onto a regular grid; values between slices were not measured.</source>
        <translation>体素已插值到规则网格；层间数值并非实测。</translation>
    </message>
    <message>
        <source>resampled</source>
        <translation>已重采样</translation>
    </message>
    <message>
        <source>The picture was computed from stored pixels: {source}.</source>
        <translation>图片由存储的像素计算得出：{source}。</translation>
    </message>
    <message>
        <source>processed</source>
        <translation>已处理</translation>
    </message>
    <message>
        <source>The picture is mirrored: left and right of the patient have changed sides. See the letters.</source>
        <translation>图片为镜像：患者左右已互换。请注意方位字母。</translation>
    </message>
    <message>
        <source>FLIPPED</source>
        <translation>已翻转</translation>
    </message>
    <message>
        <source>mm</source>
        <translation>mm</translation>
    </message>
    <message>
        <source>Distances are in mm of the patient (Pixel Spacing).</source>
        <translation>距离为患者体内的 mm（Pixel Spacing）。</translation>
    </message>
    <message>
        <source>Distances are in mm as the file states its spacing.</source>
        <translation>距离按文件给出的间距以 mm 计。</translation>
    </message>
    <message>
        <source>mm calibrated</source>
        <translation>mm 已校准</translation>
    </message>
    <message>
        <source>The spacing was calibrated or corrected for magnification.</source>
        <translation>间距已校准或已做放大率校正。</translation>
    </message>
    <message>
        <source>mm in region</source>
        <translation>区域内 mm</translation>
    </message>
    <message>
        <source>Distances are in mm inside the calibrated ultrasound region.</source>
        <translation>在已校准的超声区域内，距离以 mm 计。</translation>
    </message>
    <message>
        <source>mm at detector</source>
        <translation>探测器平面 mm</translation>
    </message>
    <message>
        <source>The spacing is that of the detector: the patient is smaller by an unknown magnification.</source>
        <translation>间距为探测器平面的间距：患者实际尺寸较小，放大率未知。</translation>
    </message>
    <message>
        <source>mm nominal</source>
        <translation>标称 mm</translation>
    </message>
    <message>
        <source>The spacing is the nominal one of the scanner, not calibrated.</source>
        <translation>间距为设备标称值，未经校准。</translation>
    </message>
    <message>
        <source>px</source>
        <translation>px</translation>
    </message>
    <message>
        <source>The file states no spacing: distances are in pixels, never in mm.</source>
        <translation>文件未给出间距：距离以像素计，不以 mm 计。</translation>
    </message>
    <message>
        <source>unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Values are in {unit}.</source>
        <translation>数值单位为 {unit}。</translation>
    </message>
    <message>
        <source>{unit}, no SUV</source>
        <translation>{unit}，无 SUV</translation>
    </message>
    <message>
        <source>SUV cannot be computed: {reason}</source>
        <translation>无法计算 SUV：{reason}</translation>
    </message>
    <message>
        <source>The file does not say in which unit its values are.</source>
        <translation>文件未说明数值的单位。</translation>
    </message>
    <message>
        <source>position</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>The file does not say where the slice lies in the patient: no lines and no linked scrolling.</source>
        <translation>文件未说明层面在患者体内的位置：无定位线，也不能联动翻页。</translation>
    </message>
    <message>
        <source>no position</source>
        <translation>无位置</translation>
    </message>
    <message>
        <source>Position and orientation in the patient are known.</source>
        <translation>患者体内的位置和方位已知。</translation>
    </message>
    <message>
        <source>The gantry was tilted by {angle}; the volume was straightened by its slice positions.</source>
        <translation>机架倾斜 {angle}；容积已按层面位置校正。</translation>
    </message>
    <message>
        <source>tilt-corrected</source>
        <translation>倾斜已校正</translation>
    </message>
    <message>
        <source>The gantry was tilted by {angle}; slices are shown as stored.</source>
        <translation>机架倾斜 {angle}；层面按原始存储显示。</translation>
    </message>
    <message>
        <source>tilt {angle}</source>
        <translation>倾斜 {angle}</translation>
    </message>
    <message>
        <source>{n} slices are missing between others; through-plane distances across a gap are not measured.</source>
        <translation>中间缺少 {n} 层；不测量跨越缺层的层间距离。</translation>
    </message>
    <message>
        <source>gap</source>
        <translation>缺层</translation>
    </message>
    <message>
        <source>uneven</source>
        <translation>不均匀</translation>
    </message>
    <message>
        <source>The distance between slices is not constant.</source>
        <translation>层间距不恒定。</translation>
    </message>
    <message>
        <source>Axial</source>
        <translation>轴位</translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation>冠状位</translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation>矢状位</translation>
    </message>
</context>
<context>
    <name>Undo</name>
    <message>
        <source>scrolling</source>
        <translation>翻页</translation>
    </message>
    <message>
        <source>zoom and pan</source>
        <translation>缩放与平移</translation>
    </message>
    <message>
        <source>flip or rotate</source>
        <translation>翻转或旋转</translation>
    </message>
    <message>
        <source>original or processed</source>
        <translation>原始或处理后</translation>
    </message>
    <message>
        <source>reset view</source>
        <translation>复位视图</translation>
    </message>
    <message>
        <source>window/level</source>
        <translation>窗宽窗位</translation>
    </message>
    <message>
        <source>colour map</source>
        <translation>伪彩</translation>
    </message>
    <message>
        <source>invert</source>
        <translation>反相</translation>
    </message>
    <message>
        <source>interpolation</source>
        <translation>插值</translation>
    </message>
    <message>
        <source>unit of values</source>
        <translation>数值单位</translation>
    </message>
    <message>
        <source>layout</source>
        <translation>布局</translation>
    </message>
    <message>
        <source>show series</source>
        <translation>显示序列</translation>
    </message>
    <message>
        <source>close series</source>
        <translation>关闭序列</translation>
    </message>
    <message>
        <source>swap panes</source>
        <translation>交换窗格</translation>
    </message>
    <message>
        <source>maximise pane</source>
        <translation>最大化窗格</translation>
    </message>
    <message>
        <source>restore panes</source>
        <translation>还原窗格</translation>
    </message>
    <message>
        <source>choose pane</source>
        <translation>选择窗格</translation>
    </message>
    <message>
        <source>links between panes</source>
        <translation>窗格联动</translation>
    </message>
    <message>
        <source>move crosshair</source>
        <translation>移动十字线</translation>
    </message>
    <message>
        <source>rename measurement</source>
        <translation>重命名测量</translation>
    </message>
    <message>
        <source>change measurement</source>
        <translation>更改测量</translation>
    </message>
    <message>
        <source>delete measurement</source>
        <translation>删除测量</translation>
    </message>
    <message>
        <source>delete {n} measurements</source>
        <translation>删除 {n} 个测量</translation>
    </message>
    <message>
        <source>measurements of another day</source>
        <translation>另一日的测量</translation>
    </message>
    <message>
        <source>change recipe</source>
        <translation>更改流程</translation>
    </message>
    <message>
        <source>add step</source>
        <translation>添加步骤</translation>
    </message>
    <message>
        <source>remove step</source>
        <translation>移除步骤</translation>
    </message>
    <message>
        <source>move step</source>
        <translation>移动步骤</translation>
    </message>
    <message>
        <source>switch step on or off</source>
        <translation>启用或停用步骤</translation>
    </message>
    <message>
        <source>change parameters</source>
        <translation>更改参数</translation>
    </message>
    <message>
        <source>several changes</source>
        <translation>多项更改</translation>
    </message>
    <message>
        <source>add distance</source>
        <translation>添加距离</translation>
    </message>
    <message>
        <source>add angle</source>
        <translation>添加角度</translation>
    </message>
    <message>
        <source>add ellipse</source>
        <translation>添加椭圆</translation>
    </message>
    <message>
        <source>add rectangle</source>
        <translation>添加矩形</translation>
    </message>
    <message>
        <source>add freehand region</source>
        <translation>添加手绘区域</translation>
    </message>
</context>
<context>
    <name>WhyNot</name>
    <message>
        <source>The active pane is empty. Open a series first.</source>
        <translation>当前窗格为空。请先打开一个序列。</translation>
    </message>
    <message>
        <source>The series has only one image.</source>
        <translation>该序列只有一幅图像。</translation>
    </message>
    <message>
        <source>The list of studies is empty. Open a folder first.</source>
        <translation>检查列表为空。请先打开文件夹。</translation>
    </message>
    <message>
        <source>Only one pane is shown. Choose another layout first.</source>
        <translation>只显示了一个窗格。请先选择其他布局。</translation>
    </message>
    <message>
        <source>Nothing was done yet.</source>
        <translation>尚未进行任何操作。</translation>
    </message>
    <message>
        <source>Nothing was undone.</source>
        <translation>没有已撤销的操作。</translation>
    </message>
    <message>
        <source>No measurement is selected. Click one on the image.</source>
        <translation>未选择测量。请在图像上单击一个。</translation>
    </message>
    <message>
        <source>There is no measurement yet.</source>
        <translation>尚无测量。</translation>
    </message>
    <message>
        <source>No processing step is applied to this series.</source>
        <translation>该序列未应用处理步骤。</translation>
    </message>
    <message>
        <source>The sample studies are not installed.</source>
        <translation>未安装示例检查。</translation>
    </message>
    <message>
        <source>This modality has no preset on key {n}.</source>
        <translation>该设备类型在按键 {n} 上没有预设。</translation>
    </message>
</context>
<context>
    <name>WindowPanel</name>
    <message>
        <source>Level</source>
        <translation>窗位</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>窗宽</translation>
    </message>
    <message>
        <source>Lower</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>Upper</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>File default</source>
        <translation>文件默认</translation>
    </message>
    <message>
        <source>Auto (1–99 %)</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Full range</source>
        <translation>全范围</translation>
    </message>
    <message>
        <source>Colour map</source>
        <translation>伪彩</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>反相</translation>
    </message>
    <message>
        <source>Open a series to set its window.</source>
        <translation>打开序列以设置窗宽窗位。</translation>
    </message>
    <message>
        <source>A colour image has no window.</source>
        <translation>彩色图像没有窗宽窗位。</translation>
    </message>
</context>
</TS>
