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
        <source>Masks</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
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
        <source>Slab instead of a single slice</source>
        <translation>以层块代替单层显示</translation>
    </message>
    <message>
        <source>Average, largest or smallest value through the thickness.</source>
        <translation>在厚度范围内取平均值、最大值或最小值。</translation>
    </message>
    <message>
        <source>Thicker slab</source>
        <translation>增大层块厚度</translation>
    </message>
    <message>
        <source>Also Ctrl+Shift+wheel on the image.</source>
        <translation>也可在图像上按住 Ctrl+Shift 滚动滚轮。</translation>
    </message>
    <message>
        <source>Thinner slab</source>
        <translation>减小层块厚度</translation>
    </message>
    <message>
        <source>Slab: average, MIP or MinIP</source>
        <translation>层块：平均、MIP 或 MinIP</translation>
    </message>
    <message>
        <source>Before/after line</source>
        <translation>处理前后分界线</translation>
    </message>
    <message>
        <source>Drag the line: the original on its left, the processed image on its right.</source>
        <translation>拖动分界线：左侧为原始图像，右侧为处理后的图像。</translation>
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
        <source>Lab</source>
        <translation>实验室</translation>
    </message>
    <message>
        <source>Train classifiers and judge them</source>
        <translation>训练并评价分类器</translation>
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
        <source>Check the features (IBSI)</source>
        <translation>核验特征（IBSI）</translation>
    </message>
    <message>
        <source>Compares the radiomics features with 482 published reference values.</source>
        <translation>将影像组学特征与 482 个已发布的参考值比对。</translation>
    </message>
    <message>
        <source>Show log folder</source>
        <translation>显示日志文件夹</translation>
    </message>
    <message>
        <source>About medviewer</source>
        <translation>关于 medviewer</translation>
    </message>
    <message>
        <source>Paint with label {n}</source>
        <translation>使用标签 {n} 涂绘</translation>
    </message>
    <message>
        <source>Brush</source>
        <translation>画笔</translation>
    </message>
    <message>
        <source>Drag to paint the active label; Ctrl erases, Ctrl and wheel change the size.</source>
        <translation>拖动以涂绘当前标签；按住 Ctrl 擦除，Ctrl 加滚轮改变大小。</translation>
    </message>
    <message>
        <source>Eraser</source>
        <translation>橡皮擦</translation>
    </message>
    <message>
        <source>Drag to take labels away.</source>
        <translation>拖动以擦除标签。</translation>
    </message>
    <message>
        <source>Polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>Click the corners; a double click or the first corner closes and fills.</source>
        <translation>依次单击各顶点；双击或单击首个顶点即闭合并填充。</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>套索</translation>
    </message>
    <message>
        <source>Drag around a region to fill it; Ctrl erases it.</source>
        <translation>沿区域边缘拖动以填充；按住 Ctrl 则擦除。</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Click an area of one label to fill it; Shift fills through all slices.</source>
        <translation>单击同一标签的区域以填充；按住 Shift 贯穿所有层面填充。</translation>
    </message>
    <message>
        <source>Brush as a 3-D ball</source>
        <translation>三维球形画笔</translation>
    </message>
    <message>
        <source>Brush and eraser go through neighbouring slices.</source>
        <translation>画笔与橡皮擦同时作用于相邻层面。</translation>
    </message>
    <message>
        <source>Smaller brush</source>
        <translation>缩小画笔</translation>
    </message>
    <message>
        <source>Larger brush</source>
        <translation>放大画笔</translation>
    </message>
    <message>
        <source>Interpolate between slices</source>
        <translation>层间插值</translation>
    </message>
    <message>
        <source>Fill the slices between those that the active label was drawn on.</source>
        <translation>在已勾画当前标签的层面之间插值填充。</translation>
    </message>
    <message>
        <source>New mask</source>
        <translation>新建掩膜</translation>
    </message>
    <message>
        <source>Export image…</source>
        <translation>导出图像…</translation>
    </message>
    <message>
        <source>The original or processed series as NIfTI, NRRD, TIFF, PNG or DICOM.</source>
        <translation>将原始或处理后的序列导出为 NIfTI、NRRD、TIFF、PNG 或 DICOM。</translation>
    </message>
    <message>
        <source>Export mask…</source>
        <translation>导出掩膜…</translation>
    </message>
    <message>
        <source>As DICOM SEG or RTSTRUCT, NIfTI, NRRD, PNG, or contours.</source>
        <translation>导出为 DICOM SEG 或 RTSTRUCT、NIfTI、NRRD、PNG 或轮廓。</translation>
    </message>
    <message>
        <source>Export picture…</source>
        <translation>导出图片…</translation>
    </message>
    <message>
        <source>The active pane as PNG, TIFF or DICOM secondary capture.</source>
        <translation>将当前窗格导出为 PNG、TIFF 或 DICOM 二次捕获图像。</translation>
    </message>
    <message>
        <source>Open mask…</source>
        <translation>打开掩膜…</translation>
    </message>
    <message>
        <source>NIfTI, NRRD, PNG, DICOM SEG or RTSTRUCT over the series of the pane.</source>
        <translation>将 NIfTI、NRRD、PNG、DICOM SEG 或 RTSTRUCT 叠加到窗格的序列上。</translation>
    </message>
    <message>
        <source>PDF report…</source>
        <translation>PDF 报告…</translation>
    </message>
    <message>
        <source>Key images, measurements, steps and tables on paper.</source>
        <translation>将关键图像、测量、步骤和表格写成文档。</translation>
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
        <source>{n} volumes of {images} images</source>
        <translation>{n} 个容积，每个 {images} 幅图像</translation>
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
    <name>BrushFields</name>
    <message>
        <source>Brush size</source>
        <translation>画笔大小</translation>
    </message>
    <message>
        <source>3-D ball</source>
        <translation>三维球</translation>
    </message>
    <message>
        <source>Erase the active label only</source>
        <translation>仅擦除当前标签</translation>
    </message>
    <message>
        <source>Paint only between two values</source>
        <translation>仅在两个数值之间涂绘</translation>
    </message>
    <message>
        <source>Values of the processed image where the pane shows it, else the original&apos;s</source>
        <translation>窗格显示处理后的图像时取其数值，否则取原始图像的数值</translation>
    </message>
    <message>
        <source>and</source>
        <translation>至</translation>
    </message>
    <message>
        <source>Smallest value that is painted</source>
        <translation>可涂绘的最小值</translation>
    </message>
    <message>
        <source>Largest value that is painted</source>
        <translation>可涂绘的最大值</translation>
    </message>
    <message>
        <source>Also Ctrl and the wheel over the image, or the keys [ and ]</source>
        <translation>也可在图像上按 Ctrl 加滚轮，或使用 [ 和 ] 键</translation>
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
        <source>No processing step is applied to this series.</source>
        <translation>此序列未应用任何处理步骤。</translation>
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
    <message>
        <source>There is no mask yet.</source>
        <translation>尚无掩膜。</translation>
    </message>
    <message>
        <source>The mask has no such label.</source>
        <translation>该掩膜没有此标签。</translation>
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
    <name>CaseCard</name>
    <message>
        <source>Case before</source>
        <translation>上一个病例</translation>
    </message>
    <message>
        <source>Next case</source>
        <translation>下一个病例</translation>
    </message>
    <message>
        <source>Show on canvas</source>
        <translation>在画布上显示</translation>
    </message>
    <message>
        <source>Row {n}</source>
        <translation>第 {n} 行</translation>
    </message>
    <message>
        <source>{a}, called rightly</source>
        <translation>{a}，判断正确</translation>
    </message>
    <message>
        <source>{a}, called {b}</source>
        <translation>{a}，被判为 {b}</translation>
    </message>
    <message>
        <source>Patient {name}</source>
        <translation>患者 {name}</translation>
    </message>
    <message>
        <source>The table does not say where this case comes from.</source>
        <translation>表格未说明该病例的来源。</translation>
    </message>
</context>
<context>
    <name>CaseList</name>
    <message>
        <source>No cases yet. Their rows stand here, and labels can be typed with the digits.</source>
        <translation>还没有病例。病例的各行将列在此处，可用数字键输入标签。</translation>
    </message>
    <message>
        <source>Add cases</source>
        <translation>添加病例</translation>
    </message>
    <message>
        <source>Label the chosen rows with the keys:</source>
        <translation>用数字键标注所选行：</translation>
    </message>
    <message>
        <source>New class</source>
        <translation>新类别</translation>
    </message>
    <message>
        <source>Enter adds a class; 0 takes a label away</source>
        <translation>按回车添加类别；按 0 清除标签</translation>
    </message>
    <message>
        <source>Cases</source>
        <translation>病例</translation>
    </message>
</context>
<context>
    <name>CasesStep</name>
    <message>
        <source>A case is a row: what was measured, its class, and whose it is. Take measured tables, a file, or pictures sorted into a folder for each class.</source>
        <translation>一个病例就是一行：测得的特征、所属类别、所属患者。可取自测量表、文件，或按类别分文件夹存放的图片。</translation>
    </message>
    <message>
        <source>Add cases</source>
        <translation>添加病例</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Filter columns</source>
        <translation>筛选列</translation>
    </message>
    <message>
        <source>Column of the classes</source>
        <translation>类别所在列</translation>
    </message>
    <message>
        <source>Column of the patients: a patient is never on both sides of a split</source>
        <translation>患者所在列：同一患者绝不会同时出现在划分的两侧</translation>
    </message>
    <message>
        <source>Type labels into the list of cases</source>
        <translation>在病例列表中输入标签</translation>
    </message>
    <message>
        <source>Take the chosen source away</source>
        <translation>移除所选来源</translation>
    </message>
    <message>
        <source>Tick or untick the columns shown</source>
        <translation>勾选或取消所显示的列</translation>
    </message>
    <message>
        <source>Tick what is suggested</source>
        <translation>勾选建议的列</translation>
    </message>
    <message>
        <source>Where the cases come from</source>
        <translation>病例来源</translation>
    </message>
    <message>
        <source>Columns to learn from</source>
        <translation>用于学习的列</translation>
    </message>
    <message>
        <source>class, by hand</source>
        <translation>类别（手工标注）</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Features: {used} of {all}</source>
        <translation>特征：已选 {used} / 共 {all}</translation>
    </message>
    <message>
        <source>{n} of {all} cases have a label.</source>
        <translation>{all} 个病例中有 {n} 个带标签。</translation>
    </message>
    <message>
        <source>No column holds classes. Choose one, or type the labels.</source>
        <translation>没有列含有类别。请选择一列，或输入标签。</translation>
    </message>
    <message>
        <source>Guessed: {why}.</source>
        <translation>推测依据：{why}。</translation>
    </message>
    <message>
        <source>Every row counts as a patient of its own: the numbers may be far too good.</source>
        <translation>每一行都被当作一名独立患者：结果可能严重偏高。</translation>
    </message>
    <message>
        <source>Take away</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Measured tables</source>
        <translation>测量表</translation>
    </message>
    <message>
        <source>All measured tables</source>
        <translation>全部测量表</translation>
    </message>
    <message>
        <source>Table (CSV, XLSX)…</source>
        <translation>表格 (CSV, XLSX)…</translation>
    </message>
    <message>
        <source>Folder of pictures, one folder per class…</source>
        <translation>图片文件夹（每类一个子文件夹）…</translation>
    </message>
    <message>
        <source>Pictures in a ZIP or NPZ file…</source>
        <translation>ZIP 或 NPZ 文件中的图片…</translation>
    </message>
    <message>
        <source>Labels of the active mask</source>
        <translation>当前掩膜的各标签</translation>
    </message>
    <message>
        <source>Slices of the shown series</source>
        <translation>所显示序列的各层面</translation>
    </message>
    <message>
        <source>Table of cases</source>
        <translation>病例表</translation>
    </message>
    <message>
        <source>Tables (*.csv *.tsv *.txt *.xlsx *.xlsm)</source>
        <translation>表格 (*.csv *.tsv *.txt *.xlsx *.xlsm)</translation>
    </message>
    <message>
        <source>Pictures of cases</source>
        <translation>病例图片</translation>
    </message>
    <message>
        <source>Pictures (*.zip *.npz)</source>
        <translation>图片 (*.zip *.npz)</translation>
    </message>
    <message>
        <source>Folder of pictures</source>
        <translation>图片文件夹</translation>
    </message>
    <message>
        <source>Reading cases</source>
        <translation>正在读取病例</translation>
    </message>
    <message>
        <source>Measuring regions</source>
        <translation>正在测量区域</translation>
    </message>
    <message>
        <source>Measuring slices</source>
        <translation>正在测量层面</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>尚无</translation>
    </message>
    <message>
        <source>patients not known</source>
        <translation>患者未知</translation>
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
        <source>{n} parts, which can be unfolded</source>
        <translation>{n} 个部分，可展开</translation>
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
    <name>ConfusionView</name>
    <message>
        <source>called →</source>
        <translation>判为 →</translation>
    </message>
    <message>
        <source>is ↓</source>
        <translation>实为 ↓</translation>
    </message>
    <message>
        <source>{n} cases of {a} were called {b}. Click to list them.</source>
        <translation>{n} 个 {a} 病例被判为 {b}。点击可列出。</translation>
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
    <name>CurvePlot</name>
    <message>
        <source>1 − specificity</source>
        <translation>1 − 特异度</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>灵敏度</translation>
    </message>
    <message>
        <source>Sensitivity (recall)</source>
        <translation>灵敏度（召回率）</translation>
    </message>
    <message>
        <source>Precision (PPV)</source>
        <translation>精确率 (PPV)</translation>
    </message>
    <message>
        <source>Click a point to see its case</source>
        <translation>点击一点查看对应病例</translation>
    </message>
    <message>
        <source>area {n}</source>
        <translation>面积 {n}</translation>
    </message>
    <message>
        <source>AP {n}</source>
        <translation>AP {n}</translation>
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
        <source>Lab</source>
        <translation>实验室</translation>
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
    <message>
        <source>Tables</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Cases</source>
        <translation>病例</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Masks</source>
        <translation>掩膜</translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message>
        <source>Values and place in the patient; read by ITK-SNAP, 3D Slicer, FSL, nibabel.</source>
        <translation>保留数值和患者空间位置；ITK-SNAP、3D Slicer、FSL、nibabel 可读取。</translation>
    </message>
    <message>
        <source>Values and place in the patient; read by 3D Slicer, ITK-SNAP, SimpleITK.</source>
        <translation>保留数值和患者空间位置；3D Slicer、ITK-SNAP、SimpleITK 可读取。</translation>
    </message>
    <message>
        <source>Values and place in the patient; read by ITK programs, elastix, MeVisLab.</source>
        <translation>保留数值和患者空间位置；ITK 类程序、elastix、MeVisLab 可读取。</translation>
    </message>
    <message>
        <source>Values, one page for each slice, without place or size; read by ImageJ and napari.</source>
        <translation>保留数值，每层一页，不含位置和尺寸；ImageJ 和 napari 可读取。</translation>
    </message>
    <message>
        <source>PNG pictures (.png)</source>
        <translation>PNG 图片 (.png)</translation>
    </message>
    <message>
        <source>Only what is seen: 8 bits in the window of the pane, a picture for each slice.</source>
        <translation>仅保留所见：按窗格的窗宽窗位写成 8 位，每层一张图片。</translation>
    </message>
    <message>
        <source>DICOM series (folder)</source>
        <translation>DICOM 序列（文件夹）</translation>
    </message>
    <message>
        <source>Values, place, patient and study, marked as derived; read by every DICOM viewer and archive.</source>
        <translation>保留数值、位置、患者和检查信息，标记为派生；所有 DICOM 阅片软件和归档系统可读取。</translation>
    </message>
    <message>
        <source>Every voxel, names, colours, patient and study; read by 3D Slicer, OHIF, MITK and archives.</source>
        <translation>保留每个体素、名称、颜色、患者和检查信息；3D Slicer、OHIF、MITK 和归档系统可读取。</translation>
    </message>
    <message>
        <source>Contours in every slice, names, colours, patient and study; read by treatment planning.</source>
        <translation>保留各层轮廓、名称、颜色、患者和检查信息；放疗计划系统可读取。</translation>
    </message>
    <message>
        <source>Voxels, names and colours as 3D Slicer writes them; also read by ITK-SNAP.</source>
        <translation>按 3D Slicer 的方式保留体素、名称和颜色；ITK-SNAP 也可读取。</translation>
    </message>
    <message>
        <source>Voxels; names and colours in a table beside it; read by ITK-SNAP, FSL, nnU-Net.</source>
        <translation>保留体素；名称和颜色存于旁边的表格；ITK-SNAP、FSL、nnU-Net 可读取。</translation>
    </message>
    <message>
        <source>Voxels; names and colours in a table beside it; read by ITK programs.</source>
        <translation>保留体素；名称和颜色存于旁边的表格；ITK 类程序可读取。</translation>
    </message>
    <message>
        <source>Label numbers as grey values, a picture for each slice, without place or names.</source>
        <translation>以灰度值表示标签编号，每层一张图片，不含位置和名称。</translation>
    </message>
    <message>
        <source>Contours as GeoJSON (.geojson)</source>
        <translation>GeoJSON 轮廓 (.geojson)</translation>
    </message>
    <message>
        <source>A polygon for each object of each slice, in pixels and mm; read by QuPath and GIS.</source>
        <translation>每层每个对象一个多边形，以像素和 mm 表示；QuPath 和 GIS 软件可读取。</translation>
    </message>
    <message>
        <source>Every pixel as on the screen; for slides and papers.</source>
        <translation>与屏幕逐像素一致；用于幻灯片和论文。</translation>
    </message>
    <message>
        <source>Every pixel as on the screen; as publishers ask for it.</source>
        <translation>与屏幕逐像素一致；符合出版社要求。</translation>
    </message>
    <message>
        <source>DICOM secondary capture (.dcm)</source>
        <translation>DICOM 二次捕获图像 (.dcm)</translation>
    </message>
    <message>
        <source>The picture joins the study of its series, with the patient&apos;s name; for the archive.</source>
        <translation>图片归入其序列所在的检查，带有患者姓名；用于归档。</translation>
    </message>
    <message>
        <source>The active pane is empty. Open a series first.</source>
        <translation>当前窗格为空。请先打开一个序列。</translation>
    </message>
    <message>
        <source>The series is not open. Show it in a pane first.</source>
        <translation>该序列未打开。请先在窗格中显示它。</translation>
    </message>
    <message>
        <source>The series is still being loaded.</source>
        <translation>序列仍在加载。</translation>
    </message>
    <message>
        <source>Some slices could not be read, so that the volume would have holes.</source>
        <translation>部分层面无法读取，写出的体数据会有缺损。</translation>
    </message>
    <message>
        <source>Needs a DICOM series as its source; this one is none.</source>
        <translation>需要以 DICOM 序列为来源；当前序列不是 DICOM。</translation>
    </message>
    <message>
        <source>Needs slices that say where in the patient they lie; these do not.</source>
        <translation>需要带有患者空间位置的层面；当前层面没有位置信息。</translation>
    </message>
    <message>
        <source>No processing step is applied to this series.</source>
        <translation>此序列未应用任何处理步骤。</translation>
    </message>
    <message>
        <source>Only the slices you have seen are processed yet.</source>
        <translation>目前只处理了您看过的层面。</translation>
    </message>
    <message>
        <source>No step of the recipe makes a mask.</source>
        <translation>处理流程中没有生成掩膜的步骤。</translation>
    </message>
    <message>
        <source>Tick at least one mask.</source>
        <translation>请至少勾选一个掩膜。</translation>
    </message>
    <message>
        <source>The file holds the patient&apos;s name and numbers, as its source does.</source>
        <translation>文件与其来源一样，含有患者姓名和编号。</translation>
    </message>
</context>
<context>
    <name>ExportFrame</name>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>保存位置</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>The result was written.</source>
        <translation>结果已写出。</translation>
    </message>
    <message>
        <source>Say where to.</source>
        <translation>请指定保存位置。</translation>
    </message>
    <message>
        <source>Stopped. Nothing was written.</source>
        <translation>已停止，未写出任何内容。</translation>
    </message>
    <message>
        <source>This failed because of a fault in the program; the log says more.</source>
        <translation>因程序故障而失败；详见日志。</translation>
    </message>
    <message>
        <source>A file of this name is there; it will be replaced.</source>
        <translation>已有同名文件，将被替换。</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
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
    <name>FeatureCheck</name>
    <message>
        <source>Check the features (IBSI)</source>
        <translation>核验特征（IBSI）</translation>
    </message>
    <message>
        <source>{passed} of {values} reference values of the IBSI phantom are met.</source>
        <translation>IBSI 体模的 {values} 个参考值中符合 {passed} 个。</translation>
    </message>
</context>
<context>
    <name>FindingList</name>
    <message>
        <source>List these cases</source>
        <translation>列出这些病例</translation>
    </message>
    <message>
        <source>Serious</source>
        <translation>严重</translation>
    </message>
    <message>
        <source>Warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>提示</translation>
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
    <message>
        <source>{n} set</source>
        <translation>已设 {n} 个</translation>
    </message>
    <message>
        <source>None set</source>
        <translation>尚未设置</translation>
    </message>
    <message>
        <source>Click on the image to set points</source>
        <translation>在图像上单击以设置点</translation>
    </message>
    <message>
        <source>Paint on the image</source>
        <translation>在图像上涂画</translation>
    </message>
    <message>
        <source>Drag a box on the image</source>
        <translation>在图像上拖出方框</translation>
    </message>
    <message>
        <source> mm</source>
        <translation>mm</translation>
    </message>
    <message>
        <source>Radius of the brush</source>
        <translation>画笔半径</translation>
    </message>
    <message>
        <source>Take the last one back</source>
        <translation>撤回最后一个</translation>
    </message>
    <message>
        <source>Remove all marks</source>
        <translation>移除所有标记</translation>
    </message>
    <message>
        <source>Find a step</source>
        <translation>查找步骤</translation>
    </message>
    <message>
        <source>No step of that name</source>
        <translation>没有该名称的步骤</translation>
    </message>
</context>
<context>
    <name>ImageExport</name>
    <message>
        <source>The original: {series}</source>
        <translation>原始图像：{series}</translation>
    </message>
    <message>
        <source>The processed image: {steps}</source>
        <translation>处理后的图像：{steps}</translation>
    </message>
    <message>
        <source>Process all slices</source>
        <translation>处理全部层面</translation>
    </message>
    <message>
        <source>Export image</source>
        <translation>导出图像</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>1 slice</source>
        <translation>1 层</translation>
    </message>
    <message>
        <source>{n} slices</source>
        <translation>{n} 层</translation>
    </message>
    <message>
        <source>no step is on</source>
        <translation>没有启用的步骤</translation>
    </message>
    <message>
        <source>The pictures come into a folder of their own.</source>
        <translation>图片将写入单独的文件夹。</translation>
    </message>
    <message>
        <source>The image was written.</source>
        <translation>图像已写出。</translation>
    </message>
    <message>
        <source>Processing all slices: {percent} %</source>
        <translation>正在处理全部层面：{percent} %</translation>
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
    <name>ImportancePlot</name>
    <message>
        <source>Rise of the log loss when the feature is shuffled</source>
        <translation>打乱该特征后对数损失的升高</translation>
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
    <message>
        <source>Change a mask</source>
        <translation>更改掩膜</translation>
    </message>
    <message>
        <source>Interpolate between slices</source>
        <translation>层间插值</translation>
    </message>
    <message>
        <source>Take over a mask</source>
        <translation>接收掩膜</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>填充</translation>
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
    <name>JudgedCases</name>
    <message>
        <source>Only what was called wrongly</source>
        <translation>仅显示判错的病例</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>全部显示</translation>
    </message>
    <message>
        <source>Judged cases</source>
        <translation>已评判的病例</translation>
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
    <name>Lab</name>
    <message>
        <source>Always the most frequent class</source>
        <translation>总是判为最常见类别（基线）</translation>
    </message>
    <message>
        <source>Logistic regression</source>
        <translation>逻辑回归</translation>
    </message>
    <message>
        <source>Linear SVM</source>
        <translation>线性支持向量机</translation>
    </message>
    <message>
        <source>RBF SVM</source>
        <translation>径向基核（RBF）支持向量机</translation>
    </message>
    <message>
        <source>Nearest neighbours</source>
        <translation>最近邻</translation>
    </message>
    <message>
        <source>Decision tree</source>
        <translation>决策树</translation>
    </message>
    <message>
        <source>Random forest</source>
        <translation>随机森林</translation>
    </message>
    <message>
        <source>Gradient boosting</source>
        <translation>梯度提升</translation>
    </message>
    <message>
        <source>ROC area</source>
        <translation>ROC 面积</translation>
    </message>
    <message>
        <source>Area under the ROC curve</source>
        <translation>ROC 曲线下面积</translation>
    </message>
    <message>
        <source>Balanced acc.</source>
        <translation>平衡准确率</translation>
    </message>
    <message>
        <source>Balanced accuracy: the mean of the sensitivities of the classes</source>
        <translation>平衡准确率：各类别灵敏度的平均值</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>灵敏度</translation>
    </message>
    <message>
        <source>Share of the positive cases that are called positive</source>
        <translation>阳性病例中被判为阳性的比例</translation>
    </message>
    <message>
        <source>Specificity</source>
        <translation>特异度</translation>
    </message>
    <message>
        <source>Share of the negative cases that are called negative</source>
        <translation>阴性病例中被判为阴性的比例</translation>
    </message>
    <message>
        <source>PPV</source>
        <translation>PPV</translation>
    </message>
    <message>
        <source>Positive predictive value</source>
        <translation>阳性预测值</translation>
    </message>
    <message>
        <source>NPV</source>
        <translation>NPV</translation>
    </message>
    <message>
        <source>Negative predictive value</source>
        <translation>阴性预测值</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Share of the cases called rightly</source>
        <translation>判断正确的病例比例</translation>
    </message>
    <message>
        <source>Avg. precision</source>
        <translation>平均精确率</translation>
    </message>
    <message>
        <source>Average precision: area under the precision-recall curve</source>
        <translation>平均精确率：精确率-召回率曲线下面积</translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1 分数</translation>
    </message>
    <message>
        <source>Harmonic mean of precision and sensitivity</source>
        <translation>精确率与灵敏度的调和平均</translation>
    </message>
    <message>
        <source>MCC</source>
        <translation>MCC</translation>
    </message>
    <message>
        <source>Matthews correlation, −1 to 1</source>
        <translation>Matthews 相关系数，−1 至 1</translation>
    </message>
    <message>
        <source>Brier</source>
        <translation>Brier</translation>
    </message>
    <message>
        <source>Brier score: mean squared error of the probabilities; smaller is better</source>
        <translation>Brier 评分：概率的均方误差；越小越好</translation>
    </message>
    <message>
        <source>Log loss</source>
        <translation>对数损失</translation>
    </message>
    <message>
        <source>Log loss of the probabilities; smaller is better</source>
        <translation>概率的对数损失；越小越好</translation>
    </message>
    <message>
        <source>Calibration error</source>
        <translation>校准误差</translation>
    </message>
    <message>
        <source>Expected calibration error; smaller is better</source>
        <translation>期望校准误差；越小越好</translation>
    </message>
    <message>
        <source>95 % interval by resampling patients</source>
        <translation>按患者重采样的 95% 置信区间</translation>
    </message>
    <message>
        <source>95 % exact interval for the number of patients</source>
        <translation>按患者数的精确 95% 置信区间</translation>
    </message>
    <message>
        <source>cannot vary: no interval</source>
        <translation>不会变化：无区间</translation>
    </message>
    <message>
        <source>no interval: too many resamples lack a class</source>
        <translation>无区间：过多重采样缺少某一类别</translation>
    </message>
    <message>
        <source>Freedom (C)</source>
        <translation>自由度 (C)</translation>
    </message>
    <message>
        <source>How closely it follows the cases; less is smoother</source>
        <translation>对病例的拟合程度；越小越平滑</translation>
    </message>
    <message>
        <source>Reach (γ)</source>
        <translation>作用范围 (γ)</translation>
    </message>
    <message>
        <source>Multiple of 1 / columns; more follows single cases</source>
        <translation>1 / 列数的倍数；越大越贴近单个病例</translation>
    </message>
    <message>
        <source>Neighbours</source>
        <translation>邻居数</translation>
    </message>
    <message>
        <source>Cases that are asked</source>
        <translation>参考的病例数</translation>
    </message>
    <message>
        <source>Depth</source>
        <translation>深度</translation>
    </message>
    <message>
        <source>Questions one below the other, at most</source>
        <translation>提问的最大层数</translation>
    </message>
    <message>
        <source>Leaf</source>
        <translation>叶</translation>
    </message>
    <message>
        <source>Cases that a leaf holds at least</source>
        <translation>每个叶节点的最少病例数</translation>
    </message>
    <message>
        <source>Trees</source>
        <translation>树的数目</translation>
    </message>
    <message>
        <source>Number of trees</source>
        <translation>树的棵数</translation>
    </message>
    <message>
        <source>Rounds</source>
        <translation>轮数</translation>
    </message>
    <message>
        <source>Trees one after the other</source>
        <translation>依次生长的树的棵数</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Share of each tree that counts</source>
        <translation>每棵树计入的份额</translation>
    </message>
    <message>
        <source>Leaves</source>
        <translation>叶数</translation>
    </message>
    <message>
        <source>Leaves of a tree, at most</source>
        <translation>每棵树的最大叶数</translation>
    </message>
    <message>
        <source>1 case</source>
        <translation>1 个病例</translation>
    </message>
    <message>
        <source>{n} cases</source>
        <translation>{n} 个病例</translation>
    </message>
    <message>
        <source>1 class</source>
        <translation>1 个类别</translation>
    </message>
    <message>
        <source>{n} classes</source>
        <translation>{n} 个类别</translation>
    </message>
    <message>
        <source>1 patient</source>
        <translation>1 名患者</translation>
    </message>
    <message>
        <source>{n} patients</source>
        <translation>{n} 名患者</translation>
    </message>
    <message>
        <source>1 fold</source>
        <translation>1 折</translation>
    </message>
    <message>
        <source>{n} folds</source>
        <translation>{n} 折</translation>
    </message>
    <message>
        <source>1 classifier</source>
        <translation>1 个分类器</translation>
    </message>
    <message>
        <source>{n} classifiers</source>
        <translation>{n} 个分类器</translation>
    </message>
    <message>
        <source>1 serious finding</source>
        <translation>1 项严重问题</translation>
    </message>
    <message>
        <source>{n} serious findings</source>
        <translation>{n} 项严重问题</translation>
    </message>
    <message>
        <source>1 warning</source>
        <translation>1 项警告</translation>
    </message>
    <message>
        <source>{n} warnings</source>
        <translation>{n} 项警告</translation>
    </message>
    <message>
        <source>1 note</source>
        <translation>1 项提示</translation>
    </message>
    <message>
        <source>{n} notes</source>
        <translation>{n} 项提示</translation>
    </message>
    <message>
        <source>a few seconds</source>
        <translation>几秒钟</translation>
    </message>
    <message>
        <source>about {n} s</source>
        <translation>约 {n} 秒</translation>
    </message>
    <message>
        <source>about {n} min</source>
        <translation>约 {n} 分钟</translation>
    </message>
    <message>
        <source>about {n} h</source>
        <translation>约 {n} 小时</translation>
    </message>
</context>
<context>
    <name>LabPanel</name>
    <message>
        <source>Cases</source>
        <translation>病例</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>划分</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Reading cases</source>
        <translation>正在读取病例</translation>
    </message>
    <message>
        <source>Learning</source>
        <translation>正在学习</translation>
    </message>
    <message>
        <source>Learning from all cases</source>
        <translation>正在用全部病例学习</translation>
    </message>
    <message>
        <source>{what}: {time} left</source>
        <translation>{what}：剩余{time}</translation>
    </message>
    <message>
        <source>Looking at the cases…</source>
        <translation>正在检查病例…</translation>
    </message>
    <message>
        <source>The run takes {time}.</source>
        <translation>运行需要{time}。</translation>
    </message>
    <message>
        <source>Classify: {name}</source>
        <translation>分类：{name}</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>New mask</source>
        <translation>新建掩膜</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>Opacity of the mask</source>
        <translation>掩膜不透明度</translation>
    </message>
    <message>
        <source>Masks and labels</source>
        <translation>掩膜与标签</translation>
    </message>
    <message>
        <source>New label in this mask</source>
        <translation>在此掩膜中新建标签</translation>
    </message>
    <message>
        <source>Colour of the label</source>
        <translation>标签颜色</translation>
    </message>
    <message>
        <source>Show or hide the mask</source>
        <translation>显示或隐藏掩膜</translation>
    </message>
    <message>
        <source>Lock the mask against painting</source>
        <translation>锁定掩膜，禁止涂绘</translation>
    </message>
    <message>
        <source>Outline only</source>
        <translation>仅显示轮廓</translation>
    </message>
    <message>
        <source>Go to the slice where the label is largest</source>
        <translation>转到标签面积最大的层面</translation>
    </message>
    <message>
        <source>Interpolate between slices, across the plane of the active pane</source>
        <translation>沿当前窗格的平面方向做层间插值</translation>
    </message>
    <message>
        <source>Clear the label: take it away from every slice</source>
        <translation>清空标签：从所有层面移除</translation>
    </message>
    <message>
        <source>Delete the label, or the mask</source>
        <translation>删除标签或掩膜</translation>
    </message>
    <message>
        <source>No mask yet. Paint one with the brush (B), or add an empty one.</source>
        <translation>尚无掩膜。用画笔（B）涂绘，或新建空白掩膜。</translation>
    </message>
    <message>
        <source>Open a series, then paint masks on it.</source>
        <translation>请先打开一个序列，再在其上涂绘掩膜。</translation>
    </message>
    <message>
        <source>Mask {n}</source>
        <translation>掩膜 {n}</translation>
    </message>
    <message>
        <source>Label {n}</source>
        <translation>标签 {n}</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
    <message>
        <source>{n} px</source>
        <translation>{n} 像素</translation>
    </message>
    <message>
        <source>{volume} ml</source>
        <translation>{volume} ml</translation>
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
    <name>MaskExport</name>
    <message>
        <source>There is no mask on this series yet.</source>
        <translation>该序列尚无掩膜。</translation>
    </message>
    <message>
        <source>Export mask</source>
        <translation>导出掩膜</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>The mask that the recipe makes</source>
        <translation>处理流程生成的掩膜</translation>
    </message>
    <message>
        <source>Mask {n}</source>
        <translation>掩膜 {n}</translation>
    </message>
    <message>
        <source>The masks come into one file, each with labels of its own; the upper one covers others.</source>
        <translation>各掩膜写入同一文件，标签各自独立；重叠处以上层为准。</translation>
    </message>
    <message>
        <source>The mask was written.</source>
        <translation>掩膜已写出。</translation>
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
        <source>projected</source>
        <translation>投影长度</translation>
    </message>
    <message>
        <source>slab: no values</source>
        <translation>层块：不给出数值</translation>
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
    <name>ModelsStep</name>
    <message>
        <source>Classifiers</source>
        <translation>分类器</translation>
    </message>
    <message>
        <source>The most frequent class always runs beside them, as the baseline.</source>
        <translation>始终同时运行“最常见类别”作为基线。</translation>
    </message>
    <message>
        <source>Tune settings inside each fold</source>
        <translation>在每折内调参</translation>
    </message>
    <message>
        <source>Nested cross-validation: takes several times as long</source>
        <translation>嵌套交叉验证：耗时数倍</translation>
    </message>
    <message>
        <source>Inside every fold</source>
        <translation>在每折内进行</translation>
    </message>
    <message>
        <source>Scale to mean 0, deviation 1</source>
        <translation>缩放至均值 0、标准差 1</translation>
    </message>
    <message>
        <source>Keep what an L1 model uses</source>
        <translation>保留 L1 模型使用的列</translation>
    </message>
    <message>
        <source>Best features</source>
        <translation>最佳特征数</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>How many columns of the largest ANOVA F are kept</source>
        <translation>保留 ANOVA F 值最大的列数</translation>
    </message>
    <message>
        <source>Greatest correlation</source>
        <translation>最大相关系数</translation>
    </message>
    <message>
        <source>Of two columns that follow each other more closely one is left out</source>
        <translation>两列相关性高于此值时，去掉其中一列</translation>
    </message>
    <message>
        <source>tuned</source>
        <translation>已调参</translation>
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
    <name>OpenMask</name>
    <message>
        <source>Open mask</source>
        <translation>打开掩膜</translation>
    </message>
    <message>
        <source>Masks</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>The mask “{name}” lies on another grid than the series.</source>
        <translation>掩膜“{name}”与序列不在同一网格上。</translation>
    </message>
    <message>
        <source>Resampled, every voxel of the series gets the label nearest to it; edges move by up to a voxel.</source>
        <translation>重采样后，序列的每个体素取最近的标签；边缘最多移动一个体素。</translation>
    </message>
    <message>
        <source>Resample and open</source>
        <translation>重采样并打开</translation>
    </message>
    <message>
        <source>The mask “{name}” was opened: labels: {n}.</source>
        <translation>掩膜“{name}”已打开，标签数：{n}。</translation>
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
        <source>Standard deviation of the Gaussian that smooths first; 0: none.</source>
        <translation>预平滑高斯核的标准差；0：不平滑。</translation>
    </message>
    <message>
        <source>Begin at</source>
        <translation>起始阈值</translation>
    </message>
    <message>
        <source>Gradient that begins an edge, in the unit of the image per mm. 0: that of the steepest tenth.</source>
        <translation>开始一条边缘所需的梯度，单位为图像单位每毫米。0：取梯度最大的十分之一处的值。</translation>
    </message>
    <message>
        <source>Go on down to</source>
        <translation>延续比例</translation>
    </message>
    <message>
        <source>An edge that has begun goes on while the gradient is this share of that.</source>
        <translation>已开始的边缘在梯度不低于起始阈值的该比例时继续延伸。</translation>
    </message>
    <message>
        <source>Edges</source>
        <translation>边缘</translation>
    </message>
    <message>
        <source>Canny edges</source>
        <translation>Canny 边缘</translation>
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
        <source>Each slice by itself: connected parts of a slice, with area and perimeter. Whole volume: parts connected across slices, with volume and surface.</source>
        <translation>逐层：单层内的连通区域，测量面积和周长。整个容积：跨层连通的区域，测量体积和表面积。</translation>
    </message>
    <message>
        <source>Corners connect</source>
        <translation>角点视为相连</translation>
    </message>
    <message>
        <source>Whether pixels that touch only at a corner belong to one object (8 or 26 neighbours), or not (4 or 6).</source>
        <translation>仅以角点相接的像素是否属于同一对象（8 或 26 邻域），否则为 4 或 6 邻域。</translation>
    </message>
    <message>
        <source>Values of the original</source>
        <translation>使用原始图像的值</translation>
    </message>
    <message>
        <source>Measure intensities and colours on the original image, where it lies on the same grid; else on the result of the steps before.</source>
        <translation>若原始图像位于同一网格，则在其上测量强度和颜色；否则在前面步骤的结果上测量。</translation>
    </message>
    <message>
        <source>Smallest object</source>
        <translation>最小对象</translation>
    </message>
    <message>
        <source>Objects of fewer pixels (voxels of a volume) are left out.</source>
        <translation>像素数（容积中为体素数）更少的对象不计入。</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>What decides. Lengths, areas and volumes are in mm, mm² and mm³, or in pixels where the spacing is not known; the pixels themselves are always counted. Touches the border is 1 or 0.</source>
        <translation>用于判断的测量值。长度、面积和体积以 mm、mm² 和 mm³ 计；像素间距未知时以像素计；像素数始终按个数计。“接触图像边界”取 1 或 0。</translation>
    </message>
    <message>
        <source>At least the lower limit</source>
        <translation>不小于下限</translation>
    </message>
    <message>
        <source>At most the upper limit</source>
        <translation>不大于上限</translation>
    </message>
    <message>
        <source>Between the limits</source>
        <translation>介于上下限之间</translation>
    </message>
    <message>
        <source>Below the lower or above the upper limit</source>
        <translation>小于下限或大于上限</translation>
    </message>
    <message>
        <source>Which objects stay. The limits themselves pass, except outside. Objects without a value go.</source>
        <translation>哪些对象保留。除“之外”规则外，等于界限的值也保留。没有值的对象被去除。</translation>
    </message>
    <message>
        <source>Lower limit</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>In the unit of the column.</source>
        <translation>以该列的单位表示。</translation>
    </message>
    <message>
        <source>Upper limit</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Each its own label</source>
        <translation>每个对象单独编号为标签</translation>
    </message>
    <message>
        <source>Number the objects that stay: 1, 2, 3 and so on; else they keep their labels.</source>
        <translation>将保留的对象编号为 1、2、3……；否则保持原标签。</translation>
    </message>
    <message>
        <source>Measure objects</source>
        <translation>测量对象</translation>
    </message>
    <message>
        <source>Keep objects by a measure</source>
        <translation>按测量值保留对象</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>层级数</translation>
    </message>
    <message>
        <source>How fine the shading may be: each level halves the distance of the nodes of the field.</source>
        <translation>偏置场可达到的精细程度：每增加一级，控制点间距减半。</translation>
    </message>
    <message>
        <source>Iterations</source>
        <translation>迭代次数</translation>
    </message>
    <message>
        <source>At most so many in each level; it ends earlier once it has converged.</source>
        <translation>每一级的最大迭代次数；收敛后提前结束。</translation>
    </message>
    <message>
        <source>Convergence</source>
        <translation>收敛阈值</translation>
    </message>
    <message>
        <source>A level ends when the field changes by less than this share.</source>
        <translation>偏置场的相对变化小于该值时，结束当前层级。</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>滤波</translation>
    </message>
    <message>
        <source>Bias field correction (N4)</source>
        <translation>偏置场校正（N4）</translation>
    </message>
    <message>
        <source>Gaussian blur</source>
        <translation>高斯模糊</translation>
    </message>
    <message>
        <source>Classifiers</source>
        <translation>分类器</translation>
    </message>
    <message>
        <source>Classifier</source>
        <translation>分类器</translation>
    </message>
    <message>
        <source>File of a trained classifier.</source>
        <translation>已训练分类器的文件。</translation>
    </message>
    <message>
        <source>Checksum</source>
        <translation>校验和</translation>
    </message>
    <message>
        <source>SHA-256 of the file; when it is given, a file that has changed since is refused.</source>
        <translation>文件的 SHA-256 值；填写后，若文件已被更改则拒绝使用。</translation>
    </message>
    <message>
        <source>Classification</source>
        <translation>分类</translation>
    </message>
    <message>
        <source>Apply a classifier</source>
        <translation>应用分类器</translation>
    </message>
    <message>
        <source>Luminance</source>
        <translation>亮度</translation>
    </message>
    <message>
        <source>Red</source>
        <translation>红</translation>
    </message>
    <message>
        <source>Green</source>
        <translation>绿</translation>
    </message>
    <message>
        <source>Blue</source>
        <translation>蓝</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>色相</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>饱和度</translation>
    </message>
    <message>
        <source>Value (HSV)</source>
        <translation>明度（HSV）</translation>
    </message>
    <message>
        <source>Take</source>
        <translation>取</translation>
    </message>
    <message>
        <source>Stains often stand out best in one channel: nuclei in saturation or red, blood cells in green.</source>
        <translation>染色往往在某一通道中最清楚：细胞核在饱和度或红色通道，血细胞在绿色通道。</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>彩色</translation>
    </message>
    <message>
        <source>Grey from colour</source>
        <translation>彩色转灰度</translation>
    </message>
    <message>
        <source>Smallest</source>
        <translation>最小尺寸</translation>
    </message>
    <message>
        <source>Parts with fewer voxels are left out.</source>
        <translation>体素数更少的部分被舍去。</translation>
    </message>
    <message>
        <source>Regions</source>
        <translation>区域</translation>
    </message>
    <message>
        <source>Connected components</source>
        <translation>连通分量</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>数目</translation>
    </message>
    <message>
        <source>So many of the largest connected parts stay.</source>
        <translation>保留这么多个最大的连通部分。</translation>
    </message>
    <message>
        <source>Masks</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <source>Keep the largest parts</source>
        <translation>保留最大的部分</translation>
    </message>
    <message>
        <source>Parts smaller than this are removed.</source>
        <translation>小于此值的部分被去除。</translation>
    </message>
    <message>
        <source>mm³ (mm² for each slice by itself)</source>
        <translation>mm³（逐层处理时为 mm²）</translation>
    </message>
    <message>
        <source>Voxels</source>
        <translation>体素</translation>
    </message>
    <message>
        <source>Size in</source>
        <translation>尺寸单位</translation>
    </message>
    <message>
        <source>What the size counts in. Where the spacing is not known, both count voxels.</source>
        <translation>尺寸以什么计。间距未知时两者都按体素计。</translation>
    </message>
    <message>
        <source>Remove small parts</source>
        <translation>去除小的部分</translation>
    </message>
    <message>
        <source>Edges of the slices</source>
        <translation>切片的边缘</translation>
    </message>
    <message>
        <source>Also the first and last slice</source>
        <translation>也包括首末切片</translation>
    </message>
    <message>
        <source>Border</source>
        <translation>边界</translation>
    </message>
    <message>
        <source>What counts as border. Organs are often cut by the first and last slice; padding always counts.</source>
        <translation>什么算边界。器官常被首末切片截断；填充区总算边界。</translation>
    </message>
    <message>
        <source>Remove what touches the border</source>
        <translation>去除接触边界的部分</translation>
    </message>
    <message>
        <source>Largest hole</source>
        <translation>最大空洞</translation>
    </message>
    <message>
        <source>Larger holes stay open; 0 fills them all.</source>
        <translation>更大的空洞保持不变；0 表示全部填充。</translation>
    </message>
    <message>
        <source>Fill holes</source>
        <translation>填充空洞</translation>
    </message>
    <message>
        <source>Standard deviation of the Gaussian along the contour. Bumps and notches much shorter than this vanish.</source>
        <translation>沿轮廓的高斯函数的标准差。远短于此值的凸起和凹口会消失。</translation>
    </message>
    <message>
        <source>Keep the area</source>
        <translation>保持面积</translation>
    </message>
    <message>
        <source>Smoothing takes area from round objects; with this, each contour is moved outwards until it holds what it held.</source>
        <translation>平滑会使圆形对象的面积减小；启用后，每条轮廓会向外移动，直至恢复原有面积。</translation>
    </message>
    <message>
        <source>Objects</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Smooth contours</source>
        <translation>平滑轮廓</translation>
    </message>
    <message>
        <source>Tiles</source>
        <translation>分块数</translation>
    </message>
    <message>
        <source>The slice is divided into so many tiles in each direction; more raise finer contrast.</source>
        <translation>每个方向上把切片分成的块数；块数越多，增强的对比越细。</translation>
    </message>
    <message>
        <source>Contrast limit</source>
        <translation>对比度限幅</translation>
    </message>
    <message>
        <source>Contrast is raised at most so many times: noise in flat areas stays bounded. 1: not at all.</source>
        <translation>对比度最多提高若干倍，使均匀区域的噪声受限。1：不增强。</translation>
    </message>
    <message>
        <source>Bins</source>
        <translation>直方图组数</translation>
    </message>
    <message>
        <source>Of the histogram of a tile, from the lowest to the highest value of the slice.</source>
        <translation>每块直方图的组数，覆盖该层最小值到最大值。</translation>
    </message>
    <message>
        <source>Intensity</source>
        <translation>灰度</translation>
    </message>
    <message>
        <source>Adaptive equalisation (CLAHE)</source>
        <translation>自适应直方图均衡（CLAHE）</translation>
    </message>
    <message>
        <source>Histogram equalisation</source>
        <translation>直方图均衡</translation>
    </message>
    <message>
        <source>How far neighbours count: the standard deviation of the distance.</source>
        <translation>邻域权重随距离衰减的标准差。</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>Edges lower than so many times the noise are smoothed away. 2 to 3 suits most images.</source>
        <translation>低于噪声若干倍的边缘会被平滑掉；多数图像适用 2 到 3。</translation>
    </message>
    <message>
        <source>How unlike averaged patches may be, as a multiple of the noise. 0.6 to 1 suits most images.</source>
        <translation>参与平均的图像块允许的差异，以噪声的倍数计；多数图像适用 0.6 到 1。</translation>
    </message>
    <message>
        <source>Patch radius</source>
        <translation>图像块半径</translation>
    </message>
    <message>
        <source>Half width of the square patches that are compared, within the slice.</source>
        <translation>层内用于比较的方形图像块的半宽。</translation>
    </message>
    <message>
        <source>Search radius</source>
        <translation>搜索半径</translation>
    </message>
    <message>
        <source>How far like patches are looked for. The time grows with its square.</source>
        <translation>搜索相似图像块的范围；耗时随其平方增长。</translation>
    </message>
    <message>
        <source>Bilateral</source>
        <translation>双边滤波</translation>
    </message>
    <message>
        <source>Non-local means</source>
        <translation>非局部均值</translation>
    </message>
    <message>
        <source>How long values flow: more smooths farther.</source>
        <translation>扩散进行的时间：次数越多，平滑范围越大。</translation>
    </message>
    <message>
        <source>Steps higher than so many times the noise stop the flow. 2 to 4 suits most images.</source>
        <translation>高于噪声若干倍的灰度阶跃会阻止扩散；多数图像适用 2 到 4。</translation>
    </message>
    <message>
        <source>Weight of smoothness against likeness to the image, as a multiple of the noise.</source>
        <translation>平滑项相对于保真项的权重，以噪声的倍数计。</translation>
    </message>
    <message>
        <source>More come closer to the smoothest image; 50 come within a hundredth.</source>
        <translation>次数越多越接近最优解；50 次时误差在百分之一以内。</translation>
    </message>
    <message>
        <source>Anisotropic diffusion</source>
        <translation>各向异性扩散</translation>
    </message>
    <message>
        <source>Total variation</source>
        <translation>全变分去噪</translation>
    </message>
    <message>
        <source>Inside the mask, to its rim</source>
        <translation>掩膜内，到其边缘</translation>
    </message>
    <message>
        <source>Outside, to the mask</source>
        <translation>掩膜外，到掩膜</translation>
    </message>
    <message>
        <source>Both, negative inside</source>
        <translation>两者，内部为负</translation>
    </message>
    <message>
        <source>Distances</source>
        <translation>距离</translation>
    </message>
    <message>
        <source>Which distances are wanted; the others are 0.</source>
        <translation>需要哪些距离；其余为 0。</translation>
    </message>
    <message>
        <source>Distance map</source>
        <translation>距离图</translation>
    </message>
    <message>
        <source>Skeleton</source>
        <translation>骨架</translation>
    </message>
    <message>
        <source>Sobel gradient</source>
        <translation>Sobel 梯度</translation>
    </message>
    <message>
        <source>Scharr gradient</source>
        <translation>Scharr 梯度</translation>
    </message>
    <message>
        <source>Laplacian</source>
        <translation>拉普拉斯</translation>
    </message>
    <message>
        <source>Grow and shrink by</source>
        <translation>扩大与缩小</translation>
    </message>
    <message>
        <source>One mask larger and one smaller by so much; 0: neither.</source>
        <translation>分别生成一个扩大和一个缩小该距离的掩膜；0 表示均不生成。</translation>
    </message>
    <message>
        <source>Move by</source>
        <translation>平移</translation>
    </message>
    <message>
        <source>Four masks, each moved so far to one side in the slice; 0: none.</source>
        <translation>在层面内向四个方向各平移该距离，生成四个掩膜；0 表示不生成。</translation>
    </message>
    <message>
        <source>Vary the outline by</source>
        <translation>轮廓扰动</translation>
    </message>
    <message>
        <source>Standard deviation of a smooth random displacement of the outline.</source>
        <translation>轮廓平滑随机位移的标准差。</translation>
    </message>
    <message>
        <source>Random outlines</source>
        <translation>随机轮廓</translation>
    </message>
    <message>
        <source>How many masks with a random outline are made.</source>
        <translation>生成的随机轮廓掩膜数量。</translation>
    </message>
    <message>
        <source>IBSI (standard)</source>
        <translation>IBSI（标准）</translation>
    </message>
    <message>
        <source>PyRadiomics-compatible</source>
        <translation>兼容 PyRadiomics</translation>
    </message>
    <message>
        <source>Definitions</source>
        <translation>定义</translation>
    </message>
    <message>
        <source>IBSI gives standardised features with their identifiers. PyRadiomics-compatible gives the 107 features of PyRadiomics under its names, for comparison with earlier work.</source>
        <translation>IBSI 给出带标识符的标准化特征。兼容 PyRadiomics 模式以其原名给出 PyRadiomics 的 107 个特征，便于与既往工作比较。</translation>
    </message>
    <message>
        <source>Fixed number of bins</source>
        <translation>固定分箱数</translation>
    </message>
    <message>
        <source>Fixed width of bins</source>
        <translation>固定箱宽</translation>
    </message>
    <message>
        <source>None (whole numbers as they are)</source>
        <translation>不离散化（直接使用整数值）</translation>
    </message>
    <message>
        <source>Discretisation</source>
        <translation>灰度离散化</translation>
    </message>
    <message>
        <source>A fixed width suits calibrated intensities such as Hounsfield units or SUV; a fixed number suits arbitrary units such as those of MR.</source>
        <translation>固定箱宽适用于已校准的强度（如 HU 或 SUV）；固定分箱数适用于任意单位（如 MR）。</translation>
    </message>
    <message>
        <source>Number of bins</source>
        <translation>分箱数</translation>
    </message>
    <message>
        <source>Grey levels between the smallest and the largest value.</source>
        <translation>最小值与最大值之间的灰度级数。</translation>
    </message>
    <message>
        <source>Width of bins</source>
        <translation>箱宽</translation>
    </message>
    <message>
        <source>In the unit of the image.</source>
        <translation>以图像单位计。</translation>
    </message>
    <message>
        <source>2D, averaged over directions and slices</source>
        <translation>二维，按方向和层面取平均</translation>
    </message>
    <message>
        <source>2D, merged per slice, averaged over slices</source>
        <translation>二维，层内合并，层间取平均</translation>
    </message>
    <message>
        <source>2.5D, merged per direction, averaged</source>
        <translation>2.5 维，按方向合并后取平均</translation>
    </message>
    <message>
        <source>2.5D, all merged</source>
        <translation>2.5 维，全部合并</translation>
    </message>
    <message>
        <source>3D, averaged over directions</source>
        <translation>三维，按方向取平均</translation>
    </message>
    <message>
        <source>3D, all merged</source>
        <translation>三维，全部合并</translation>
    </message>
    <message>
        <source>All six</source>
        <translation>全部六种</translation>
    </message>
    <message>
        <source>Texture matrices</source>
        <translation>纹理矩阵</translation>
    </message>
    <message>
        <source>How the texture of slices and directions is brought together (IBSI definitions only). 2D suits thick slices, 3D nearly cubic voxels.</source>
        <translation>各层面与方向的纹理如何汇总（仅限 IBSI 定义）。二维适合厚层图像，三维适合近似立方体素。</translation>
    </message>
    <message>
        <source>Resample to</source>
        <translation>重采样至</translation>
    </message>
    <message>
        <source>Edge of the cubic voxels on which features are computed; 0 keeps the voxels of the image. The new grid is aligned with the centre of the image.</source>
        <translation>计算特征所用立方体素的边长；0 表示保留图像原有体素。新网格与图像中心对齐。</translation>
    </message>
    <message>
        <source>Nearest</source>
        <translation>最近邻</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>Cubic spline</source>
        <translation>三次样条</translation>
    </message>
    <message>
        <source>Interpolation</source>
        <translation>插值</translation>
    </message>
    <message>
        <source>Used where the image is resampled.</source>
        <translation>用于图像重采样。</translation>
    </message>
    <message>
        <source>Limit intensities</source>
        <translation>限制强度范围</translation>
    </message>
    <message>
        <source>Leaves voxels outside the range below out of every feature but those of shape.</source>
        <translation>除形状特征外，所有特征均不计入下述范围之外的体素。</translation>
    </message>
    <message>
        <source>Lowest intensity</source>
        <translation>最低强度</translation>
    </message>
    <message>
        <source>Highest intensity</source>
        <translation>最高强度</translation>
    </message>
    <message>
        <source>Leave out outliers beyond</source>
        <translation>剔除离群值（超过）</translation>
    </message>
    <message>
        <source>So many standard deviations from the mean of the region (3 is usual); 0 leaves none out.</source>
        <translation>偏离区域均值的标准差倍数（通常为 3）；0 表示不剔除。</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>Volume, surface, compactness, axes and diameters of the region.</source>
        <translation>区域的体积、表面积、紧致度、轴长与直径。</translation>
    </message>
    <message>
        <source>Intensity and its histograms</source>
        <translation>强度及其直方图</translation>
    </message>
    <message>
        <source>Statistics of the intensities, their histogram and the intensity-volume histogram.</source>
        <translation>强度统计量、强度直方图及强度-体积直方图。</translation>
    </message>
    <message>
        <source>Local intensity peaks</source>
        <translation>局部强度峰值</translation>
    </message>
    <message>
        <source>The mean in a sphere of 1 cm³ around the brightest voxel, and the largest such mean.</source>
        <translation>最亮体素周围 1 cm³ 球内的均值，以及此类均值的最大者。</translation>
    </message>
    <message>
        <source>Co-occurrence (GLCM)</source>
        <translation>灰度共生矩阵（GLCM）</translation>
    </message>
    <message>
        <source>Which grey levels lie beside which.</source>
        <translation>哪些灰度级彼此相邻。</translation>
    </message>
    <message>
        <source>Run lengths (GLRLM)</source>
        <translation>灰度游程矩阵（GLRLM）</translation>
    </message>
    <message>
        <source>How long rows of one grey level are.</source>
        <translation>同一灰度级连成的行有多长。</translation>
    </message>
    <message>
        <source>Size zones (GLSZM)</source>
        <translation>灰度区域大小矩阵（GLSZM）</translation>
    </message>
    <message>
        <source>How large connected zones of one grey level are.</source>
        <translation>同一灰度级的连通区有多大。</translation>
    </message>
    <message>
        <source>Distance zones (GLDZM)</source>
        <translation>灰度区域距离矩阵（GLDZM）</translation>
    </message>
    <message>
        <source>How far such zones lie from the edge of the region.</source>
        <translation>此类连通区距区域边缘有多远。</translation>
    </message>
    <message>
        <source>Grey tone differences (NGTDM)</source>
        <translation>邻域灰度差矩阵（NGTDM）</translation>
    </message>
    <message>
        <source>How much voxels differ from the mean around them.</source>
        <translation>体素与其周围均值相差多少。</translation>
    </message>
    <message>
        <source>Grey level dependence (NGLDM)</source>
        <translation>邻域灰度依赖矩阵（NGLDM）</translation>
    </message>
    <message>
        <source>How many neighbours are like the voxel.</source>
        <translation>有多少邻近体素与该体素相似。</translation>
    </message>
    <message>
        <source>Wavelet-filtered images</source>
        <translation>小波滤波图像</translation>
    </message>
    <message>
        <source>Intensity and texture once more on each of the eight sub-bands of a stationary wavelet transform (coif1).</source>
        <translation>在平稳小波变换（coif1）的八个子带上再次计算强度与纹理特征。</translation>
    </message>
    <message>
        <source>LoG-filtered images</source>
        <translation>LoG 滤波图像</translation>
    </message>
    <message>
        <source>Standard deviations of the Laplacian of Gaussian, with commas between them, such as 1, 2, 3. Empty: none.</source>
        <translation>高斯拉普拉斯算子的标准差，以逗号分隔，如 1, 2, 3。留空则不计算。</translation>
    </message>
    <message>
        <source>Hu moments, LBP and HOG</source>
        <translation>Hu 矩、LBP 与 HOG</translation>
    </message>
    <message>
        <source>Of the slice on which the region is largest.</source>
        <translation>取区域面积最大的层面。</translation>
    </message>
    <message>
        <source>Added before energy</source>
        <translation>计算能量前的偏移</translation>
    </message>
    <message>
        <source>PyRadiomics-compatible only: what its setting voxelArrayShift adds to intensities before energy and root mean square.</source>
        <translation>仅限兼容 PyRadiomics 模式：其 voxelArrayShift 设置在计算能量和均方根之前加到强度上的数值。</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>特征</translation>
    </message>
    <message>
        <source>Compute features</source>
        <translation>计算特征</translation>
    </message>
    <message>
        <source>Stability of features</source>
        <translation>特征稳定性</translation>
    </message>
    <message>
        <source>Box around the object</source>
        <translation>目标周围的框</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>框</translation>
    </message>
    <message>
        <source>Drag a box around the object with some of its surroundings.</source>
        <translation>围绕目标拖出一个框，包含部分周围区域。</translation>
    </message>
    <message>
        <source>Not the object</source>
        <translation>非目标</translation>
    </message>
    <message>
        <source>The object</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Corrections</source>
        <translation>修正</translation>
    </message>
    <message>
        <source>Paint over what was told wrongly.</source>
        <translation>在判断错误处涂抹。</translation>
    </message>
    <message>
        <source>Rounds</source>
        <translation>轮数</translation>
    </message>
    <message>
        <source>How often the two models are fitted anew.</source>
        <translation>两个模型重新拟合的次数。</translation>
    </message>
    <message>
        <source>Slices on either side</source>
        <translation>两侧切片</translation>
    </message>
    <message>
        <source>The same box is used in the slices so near to its own, each by itself; 0: only in its own.</source>
        <translation>同一个框也用于距其切片这么近的切片，各自单独处理；0：仅用于本切片。</translation>
    </message>
    <message>
        <source>Object in a box (GrabCut)</source>
        <translation>框内目标（GrabCut）</translation>
    </message>
    <message>
        <source>Erode: the smallest value around</source>
        <translation>腐蚀：周围的最小值</translation>
    </message>
    <message>
        <source>Dilate: the largest value around</source>
        <translation>膨胀：周围的最大值</translation>
    </message>
    <message>
        <source>Open: without small bright spots</source>
        <translation>开：去除小亮斑</translation>
    </message>
    <message>
        <source>Close: without small dark spots</source>
        <translation>闭：去除小暗斑</translation>
    </message>
    <message>
        <source>Top hat: small bright spots alone</source>
        <translation>顶帽：仅小亮斑</translation>
    </message>
    <message>
        <source>Black hat: small dark spots alone</source>
        <translation>黑帽：仅小暗斑</translation>
    </message>
    <message>
        <source>Gradient: largest minus smallest</source>
        <translation>梯度：最大值减最小值</translation>
    </message>
    <message>
        <source>Do</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Spots are small when they do not hold the disc or ball. A top hat evens a ground out.</source>
        <translation>容不下该圆盘或球的斑点算小斑点。顶帽变换可使背景均匀。</translation>
    </message>
    <message>
        <source>Disc, ball</source>
        <translation>圆盘、球</translation>
    </message>
    <message>
        <source>Square, cube (faster)</source>
        <translation>正方形、立方体（更快）</translation>
    </message>
    <message>
        <source>The shape of the neighbourhood; a square has half its side as radius.</source>
        <translation>邻域的形状；正方形的半边长等于半径。</translation>
    </message>
    <message>
        <source>Grey-level morphology</source>
        <translation>灰度形态学</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>种子点</translation>
    </message>
    <message>
        <source>Click into what is to be marked; several seeds may be set.</source>
        <translation>点击要标记的部分；可设置多个种子点。</translation>
    </message>
    <message>
        <source>Near the value at the seeds</source>
        <translation>接近种子点的值</translation>
    </message>
    <message>
        <source>Between two values</source>
        <translation>介于两个值之间</translation>
    </message>
    <message>
        <source>Near the mean of the region, by its spread</source>
        <translation>接近区域均值（按离散程度）</translation>
    </message>
    <message>
        <source>Values belong when</source>
        <translation>归属条件</translation>
    </message>
    <message>
        <source>The value at a seed is the mean of 3 × 3 pixels. By the spread, the range is taken anew from the region until it stays.</source>
        <translation>种子点的值取 3 × 3 像素的均值。按离散程度时，范围由区域反复重新求得，直至稳定。</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>容差</translation>
    </message>
    <message>
        <source>How far values may be from that at the seeds, in the unit of the image.</source>
        <translation>与种子点的值最多相差多少，以图像的单位计。</translation>
    </message>
    <message>
        <source>From</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>The smallest value that belongs to the region.</source>
        <translation>属于区域的最小值。</translation>
    </message>
    <message>
        <source>Up to</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>The largest value that belongs to the region.</source>
        <translation>属于区域的最大值。</translation>
    </message>
    <message>
        <source>Standard deviations</source>
        <translation>标准差倍数</translation>
    </message>
    <message>
        <source>How many standard deviations of the region a value may be away.</source>
        <translation>值最多可偏离区域均值多少个标准差。</translation>
    </message>
    <message>
        <source>No further than</source>
        <translation>最远距离</translation>
    </message>
    <message>
        <source>From the nearest seed of the region, against leaks through gaps; 0 for no limit.</source>
        <translation>距该区域最近种子点的距离，防止由缺口泄漏；0 表示不限。</translation>
    </message>
    <message>
        <source>Region growing</source>
        <translation>区域生长</translation>
    </message>
    <message>
        <source>Low percentile</source>
        <translation>低百分位数</translation>
    </message>
    <message>
        <source>High percentile</source>
        <translation>高百分位数</translation>
    </message>
    <message>
        <source>Share of values below the low limit, inside the mask when there is one. 0: the lowest value.</source>
        <translation>低于下限的值所占比例（有掩膜时在掩膜内计算）。0：最小值。</translation>
    </message>
    <message>
        <source>Share of values below the high limit, inside the mask when there is one. 100: the highest value.</source>
        <translation>低于上限的值所占比例（有掩膜时在掩膜内计算）。100：最大值。</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Percentiles</source>
        <translation>百分位数</translation>
    </message>
    <message>
        <source>Limits</source>
        <translation>上下限</translation>
    </message>
    <message>
        <source>Whether the limits are values or shares of the values that occur.</source>
        <translation>上下限按数值给出，还是按百分位数给出。</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>Lower values become this one; in the unit of the image.</source>
        <translation>低于此值的都变为此值；以图像单位计。</translation>
    </message>
    <message>
        <source>High</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Higher values become this one; in the unit of the image.</source>
        <translation>高于此值的都变为此值；以图像单位计。</translation>
    </message>
    <message>
        <source>New low</source>
        <translation>新下限</translation>
    </message>
    <message>
        <source>What the low limit becomes.</source>
        <translation>下限映射到的值。</translation>
    </message>
    <message>
        <source>New high</source>
        <translation>新上限</translation>
    </message>
    <message>
        <source>What the high limit becomes.</source>
        <translation>上限映射到的值。</translation>
    </message>
    <message>
        <source>Cut off beyond the limits</source>
        <translation>截断超限值</translation>
    </message>
    <message>
        <source>Values beyond the limits become the limits instead of going on.</source>
        <translation>超出上下限的值取上下限，而不继续外推。</translation>
    </message>
    <message>
        <source>Robust</source>
        <translation>稳健</translation>
    </message>
    <message>
        <source>Median and median absolute deviation (times 1.4826) instead of mean and standard deviation: single extreme values count little.</source>
        <translation>用中位数和中位绝对偏差（乘以 1.4826）代替均值和标准差：个别极端值影响很小。</translation>
    </message>
    <message>
        <source>Clip</source>
        <translation>截断</translation>
    </message>
    <message>
        <source>Rescale</source>
        <translation>线性拉伸</translation>
    </message>
    <message>
        <source>Standardise (z-score)</source>
        <translation>标准化（z 分数）</translation>
    </message>
    <message>
        <source>Edges (geodesic active contour)</source>
        <translation>边缘（测地主动轮廓）</translation>
    </message>
    <message>
        <source>Mean values inside and outside (Chan-Vese)</source>
        <translation>内外均值（Chan-Vese）</translation>
    </message>
    <message>
        <source>Moved by</source>
        <translation>驱动方式</translation>
    </message>
    <message>
        <source>Edges stop the contour where values change; mean values need no edges but two even parts.</source>
        <translation>边缘使轮廓停在灰度变化处；均值不需要边缘，但需要两个均匀的部分。</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>Click where contours start; without a click, they start from the mask there is.</source>
        <translation>点击轮廓的起点；不点击时从已有掩膜开始。</translation>
    </message>
    <message>
        <source>Radius of the start</source>
        <translation>起始半径</translation>
    </message>
    <message>
        <source>Of the disc or ball around each seed.</source>
        <translation>每个种子点周围圆盘或球的半径。</translation>
    </message>
    <message>
        <source>Balloon</source>
        <translation>气球力</translation>
    </message>
    <message>
        <source>Above 0 the contour grows where no edge holds it, below 0 it shrinks.</source>
        <translation>大于 0 时轮廓在无边缘阻挡处扩张，小于 0 时收缩。</translation>
    </message>
    <message>
        <source>Stiffness</source>
        <translation>刚度</translation>
    </message>
    <message>
        <source>More keeps the contour round and out of narrow gaps (by mean values: whole numbers count).</source>
        <translation>越大轮廓越圆、越不进入狭窄缺口（按均值驱动时取整数）。</translation>
    </message>
    <message>
        <source>Edge strength</source>
        <translation>边缘强度</translation>
    </message>
    <message>
        <source>The change of values per mm that halves the speed of the contour; 0: taken from the image (the 90th percentile of its gradient).</source>
        <translation>使轮廓速度减半的每毫米灰度变化；0：由图像求得（梯度的第 90 百分位数）。</translation>
    </message>
    <message>
        <source>How often the contour moves at most, each time by less than a pixel.</source>
        <translation>轮廓最多移动的次数，每次不足一个像素。</translation>
    </message>
    <message>
        <source>Active contour (level set)</source>
        <translation>主动轮廓（水平集）</translation>
    </message>
    <message>
        <source>Mean of the window</source>
        <translation>窗口均值</translation>
    </message>
    <message>
        <source>Gaussian, the middle counts more</source>
        <translation>高斯加权，中间权重更大</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>比较对象</translation>
    </message>
    <message>
        <source>What the value of each pixel is compared with.</source>
        <translation>每个像素的值与什么比较。</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Side of the square around each pixel; somewhat larger than what is looked for.</source>
        <translation>每个像素周围正方形的边长；应略大于所寻找的目标。</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差值</translation>
    </message>
    <message>
        <source>By how much, in the unit of the image, the value must be beyond that of the window.</source>
        <translation>像素值须超出窗口值多少，以图像的单位计。</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>Adaptive threshold</source>
        <translation>自适应阈值</translation>
    </message>
    <message>
        <source>Weak from</source>
        <translation>弱阈值</translation>
    </message>
    <message>
        <source>What is at least so bright belongs to the mask where it touches the core.</source>
        <translation>不低于此值且与核心相连的部分属于掩膜。</translation>
    </message>
    <message>
        <source>Core from</source>
        <translation>核心阈值</translation>
    </message>
    <message>
        <source>What is at least so bright belongs to the mask in any case.</source>
        <translation>不低于此值的部分一定属于掩膜。</translation>
    </message>
    <message>
        <source>Two thresholds (hysteresis)</source>
        <translation>双阈值（滞后阈值）</translation>
    </message>
    <message>
        <source>Along edges of pixels only</source>
        <translation>仅沿像素的边</translation>
    </message>
    <message>
        <source>Across corners too</source>
        <translation>也跨角</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>连通方式</translation>
    </message>
    <message>
        <source>Whether voxels that touch only at a corner belong together: 4 or 8 neighbours in a slice, 6 or 26 in a volume.</source>
        <translation>仅以角相触的体素是否算连通：切片内为 4 或 8 邻域，体积内为 6 或 26 邻域。</translation>
    </message>
    <message>
        <source>Radius</source>
        <translation>半径</translation>
    </message>
    <message>
        <source>Of the disc or ball, in the patient: round too where pixels or slices are of unequal size. A radius smaller than the distance of two pixels does nothing.</source>
        <translation>圆盘或球在患者体内的半径：像素或层距不等时仍为圆形。小于相邻像素间距的半径不起作用。</translation>
    </message>
    <message>
        <source>Brighter than the threshold</source>
        <translation>比阈值亮</translation>
    </message>
    <message>
        <source>Darker than the threshold</source>
        <translation>比阈值暗</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Which side of the threshold becomes the mask.</source>
        <translation>阈值的哪一侧成为掩膜。</translation>
    </message>
    <message>
        <source>Only inside the mask</source>
        <translation>仅在掩膜内</translation>
    </message>
    <message>
        <source>Where there is a mask already: whether the new one may not leave it. Without one: no effect.</source>
        <translation>已有掩膜时，新掩膜是否不得超出它。没有掩膜时不起作用。</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>平滑</translation>
    </message>
    <message>
        <source>Gaussian blur of the image before, as a standard deviation. More ignores noise and detail.</source>
        <translation>预先对图像做高斯模糊，以标准差表示。越大越能忽略噪声和细节。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Under which letter the mask is put aside.</source>
        <translation>掩膜以哪个字母暂存。</translation>
    </message>
    <message>
        <source>Put the mask aside</source>
        <translation>暂存掩膜</translation>
    </message>
    <message>
        <source>And: what is in both</source>
        <translation>与：两者共有的部分</translation>
    </message>
    <message>
        <source>Or: what is in either</source>
        <translation>或：任一者所有的部分</translation>
    </message>
    <message>
        <source>Minus: without the one put aside</source>
        <translation>减：去掉暂存掩膜的部分</translation>
    </message>
    <message>
        <source>From: the one put aside without this</source>
        <translation>反减：暂存掩膜去掉当前掩膜</translation>
    </message>
    <message>
        <source>Either, not both</source>
        <translation>异或：只属于其一的部分</translation>
    </message>
    <message>
        <source>Take back the one put aside</source>
        <translation>取回暂存的掩膜</translation>
    </message>
    <message>
        <source>Combine</source>
        <translation>合并方式</translation>
    </message>
    <message>
        <source>How the mask and the one put aside become one.</source>
        <translation>当前掩膜与暂存的掩膜如何合为一个。</translation>
    </message>
    <message>
        <source>Combine with a mask put aside</source>
        <translation>与暂存的掩膜合并</translation>
    </message>
    <message>
        <source>Invert the mask</source>
        <translation>反转掩膜</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Numbers of the labels, such as 1, 3, 7-9; nothing stands for all of them.</source>
        <translation>标签的编号，如 1, 3, 7-9；留空表示全部。</translation>
    </message>
    <message>
        <source>The others instead</source>
        <translation>改为其余标签</translation>
    </message>
    <message>
        <source>Keep the labels that are not named.</source>
        <translation>保留未列出的标签。</translation>
    </message>
    <message>
        <source>Make one of them</source>
        <translation>合为一个</translation>
    </message>
    <message>
        <source>Whether the labels that stay all become label 1.</source>
        <translation>保留的标签是否都变为标签 1。</translation>
    </message>
    <message>
        <source>Choose labels</source>
        <translation>选择标签</translation>
    </message>
    <message>
        <source>A value</source>
        <translation>指定值</translation>
    </message>
    <message>
        <source>The smallest value of the image</source>
        <translation>图像的最小值</translation>
    </message>
    <message>
        <source>No value (as padding)</source>
        <translation>无值（作为填充）</translation>
    </message>
    <message>
        <source>Replace by</source>
        <translation>替换为</translation>
    </message>
    <message>
        <source>What stands outside the mask afterwards. No value: it counts in no statistic and no later filter.</source>
        <translation>之后掩膜以外是什么。无值：不参与任何统计和后续滤波。</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>In the unit of the image; of colour images in each channel, 0 to 255.</source>
        <translation>以图像的单位计；彩色图像为每个通道的 0 至 255。</translation>
    </message>
    <message>
        <source>Inside instead</source>
        <translation>改为内部</translation>
    </message>
    <message>
        <source>Replace what is inside the mask, and keep what is outside.</source>
        <translation>替换掩膜内的部分，保留掩膜外的部分。</translation>
    </message>
    <message>
        <source>Cut the image out</source>
        <translation>裁出图像</translation>
    </message>
    <message>
        <source>Erode: shrink by the radius</source>
        <translation>腐蚀：按半径缩小</translation>
    </message>
    <message>
        <source>Dilate: grow by the radius</source>
        <translation>膨胀：按半径扩大</translation>
    </message>
    <message>
        <source>Open: remove what is thinner</source>
        <translation>开：去除更细的部分</translation>
    </message>
    <message>
        <source>Close: fill gaps that are narrower</source>
        <translation>闭：填补更窄的间隙</translation>
    </message>
    <message>
        <source>Opening is eroding and then dilating, closing the reverse; both leave larger shapes as they were.</source>
        <translation>开运算先腐蚀后膨胀，闭运算相反；两者都保持较大的形状不变。</translation>
    </message>
    <message>
        <source>Erode, dilate, open, close</source>
        <translation>腐蚀、膨胀、开、闭</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>噪声</translation>
    </message>
    <message>
        <source>Standard deviation of the noise, in the unit of the image. 0: it is estimated, for each slice by itself or as the middle one of all slices for the whole volume.</source>
        <translation>噪声的标准差，以图像单位计。0：自动估计，逐层分别估计；处理整个体数据时取各层估计值的中位数。</translation>
    </message>
    <message>
        <source>Depth of the neck</source>
        <translation>颈部深度</translation>
    </message>
    <message>
        <source>Split where the object is narrower than on both sides by this much, counted in radius: small values split at every notch, large ones only at clear necks.</source>
        <translation>当对象某处比两侧都窄出此值（按半径计）时在该处分割：值小则每个凹口都分割，值大则仅在明显的颈部分割。</translation>
    </message>
    <message>
        <source>Each part its own label</source>
        <translation>每个部分单独标签</translation>
    </message>
    <message>
        <source>A line of background between parts</source>
        <translation>各部分之间为一条背景线</translation>
    </message>
    <message>
        <source>Separate by</source>
        <translation>分隔方式</translation>
    </message>
    <message>
        <source>With its own label a part keeps all its pixels; with a line, labels and their names stay.</source>
        <translation>使用单独标签时各部分保留全部像素；使用分隔线时保留标签及其名称。</translation>
    </message>
    <message>
        <source>Split touching objects</source>
        <translation>分割相接触的对象</translation>
    </message>
    <message>
        <source>Object</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Name of the label</source>
        <translation>标签名称</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>切片</translation>
    </message>
    <message>
        <source>Pixels</source>
        <translation>像素数</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>面积</translation>
    </message>
    <message>
        <source>Perimeter</source>
        <translation>周长</translation>
    </message>
    <message>
        <source>Circularity</source>
        <translation>圆度</translation>
    </message>
    <message>
        <source>Solidity</source>
        <translation>实心度</translation>
    </message>
    <message>
        <source>Eccentricity</source>
        <translation>偏心率</translation>
    </message>
    <message>
        <source>Elongation (minor / major axis)</source>
        <translation>伸长度（短轴/长轴）</translation>
    </message>
    <message>
        <source>Equivalent diameter</source>
        <translation>等效直径</translation>
    </message>
    <message>
        <source>Major axis</source>
        <translation>长轴</translation>
    </message>
    <message>
        <source>Minor axis</source>
        <translation>短轴</translation>
    </message>
    <message>
        <source>Least axis</source>
        <translation>最短轴</translation>
    </message>
    <message>
        <source>Orientation</source>
        <translation>方向角</translation>
    </message>
    <message>
        <source>Largest Feret diameter</source>
        <translation>最大费雷特直径</translation>
    </message>
    <message>
        <source>Smallest Feret diameter</source>
        <translation>最小费雷特直径</translation>
    </message>
    <message>
        <source>Angle of the largest Feret diameter</source>
        <translation>最大费雷特直径的角度</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>体积</translation>
    </message>
    <message>
        <source>Surface area</source>
        <translation>表面积</translation>
    </message>
    <message>
        <source>Sphericity</source>
        <translation>球形度</translation>
    </message>
    <message>
        <source>Flatness (least / major axis)</source>
        <translation>扁平度（最短轴/长轴）</translation>
    </message>
    <message>
        <source>Largest diameter</source>
        <translation>最大直径</translation>
    </message>
    <message>
        <source>Centroid, column</source>
        <translation>质心（列）</translation>
    </message>
    <message>
        <source>Centroid, row</source>
        <translation>质心（行）</translation>
    </message>
    <message>
        <source>Centroid, slice</source>
        <translation>质心（层）</translation>
    </message>
    <message>
        <source>Centroid, to the left</source>
        <translation>质心（向左）</translation>
    </message>
    <message>
        <source>Centroid, to the back</source>
        <translation>质心（向后）</translation>
    </message>
    <message>
        <source>Centroid, to the head</source>
        <translation>质心（向头侧）</translation>
    </message>
    <message>
        <source>Box, first column</source>
        <translation>外接框起始列</translation>
    </message>
    <message>
        <source>Box, first row</source>
        <translation>外接框起始行</translation>
    </message>
    <message>
        <source>Box, first slice</source>
        <translation>外接框起始层</translation>
    </message>
    <message>
        <source>Box, columns</source>
        <translation>外接框列数</translation>
    </message>
    <message>
        <source>Box, rows</source>
        <translation>外接框行数</translation>
    </message>
    <message>
        <source>Box, slices</source>
        <translation>外接框层数</translation>
    </message>
    <message>
        <source>Extent along the rows</source>
        <translation>行方向范围</translation>
    </message>
    <message>
        <source>Extent along the columns</source>
        <translation>列方向范围</translation>
    </message>
    <message>
        <source>Extent across the slices</source>
        <translation>跨层方向范围</translation>
    </message>
    <message>
        <source>Part of its box that it fills</source>
        <translation>占外接框的比例</translation>
    </message>
    <message>
        <source>Touches the border of the image</source>
        <translation>接触图像边界</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>平均值</translation>
    </message>
    <message>
        <source>Standard deviation</source>
        <translation>标准差</translation>
    </message>
    <message>
        <source>Minimum</source>
        <translation>最小值</translation>
    </message>
    <message>
        <source>Maximum</source>
        <translation>最大值</translation>
    </message>
    <message>
        <source>Median</source>
        <translation>中位数</translation>
    </message>
    <message>
        <source>Sum</source>
        <translation>总和</translation>
    </message>
    <message>
        <source>Brightness (value)</source>
        <translation>明度（值）</translation>
    </message>
    <message>
        <source>Name of the mask</source>
        <translation>掩膜名称</translation>
    </message>
    <message>
        <source>As it stands in the Masks tab. Empty: the first one. When the recipe is run on a folder, the mask is the file that bears the name of the image.</source>
        <translation>即“掩膜”选项卡中的名称。留空：取第一个。对文件夹运行流程时，掩膜为与图像同名的文件。</translation>
    </message>
    <message>
        <source>Take a painted mask</source>
        <translation>取用手绘掩膜</translation>
    </message>
    <message>
        <source>Strokes</source>
        <translation>笔画</translation>
    </message>
    <message>
        <source>Paint a little of each class, and where the result is wrong paint more of the right one.</source>
        <translation>每一类涂一点，结果错误处再多涂正确的类别。</translation>
    </message>
    <message>
        <source>All slices</source>
        <translation>所有切片</translation>
    </message>
    <message>
        <source>Slices with strokes</source>
        <translation>有笔画的切片</translation>
    </message>
    <message>
        <source>Classify</source>
        <translation>分类范围</translation>
    </message>
    <message>
        <source>Begin with the slices you paint in; go on to all when they are right.</source>
        <translation>先分类涂抹过的切片；正确后再扩展到全部。</translation>
    </message>
    <message>
        <source>Finest scale</source>
        <translation>最细尺度</translation>
    </message>
    <message>
        <source>Standard deviation of the narrowest filter: the detail that counts.</source>
        <translation>最窄滤波器的标准差：起作用的细节大小。</translation>
    </message>
    <message>
        <source>Scales</source>
        <translation>尺度数</translation>
    </message>
    <message>
        <source>How many; each is twice as wide as the one before.</source>
        <translation>多少个尺度；每个比前一个宽一倍。</translation>
    </message>
    <message>
        <source>Edges and lines</source>
        <translation>边缘与线条</translation>
    </message>
    <message>
        <source>Gradient, Laplacian of Gaussian and the Hessian&apos;s eigenvalues.</source>
        <translation>梯度、高斯拉普拉斯和 Hessian 特征值。</translation>
    </message>
    <message>
        <source>Texture</source>
        <translation>纹理</translation>
    </message>
    <message>
        <source>The structure tensor&apos;s eigenvalues.</source>
        <translation>结构张量的特征值。</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Also where a pixel lies: useful within one series, misleading on another.</source>
        <translation>也考虑像素的位置：在同一序列内有用，在其他序列上会误导。</translation>
    </message>
    <message>
        <source>Trees</source>
        <translation>树的数目</translation>
    </message>
    <message>
        <source>More give smoother probabilities and take longer.</source>
        <translation>越多概率越平滑，用时越长。</translation>
    </message>
    <message>
        <source>Pixel classifier from strokes</source>
        <translation>基于笔画的像素分类器</translation>
    </message>
    <message>
        <source>Uncertainty of the pixel classifier</source>
        <translation>像素分类器的不确定度</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>边距</translation>
    </message>
    <message>
        <source>A drawn box</source>
        <translation>绘制的方框</translation>
    </message>
    <message>
        <source>The mask</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <source>Crop to</source>
        <translation>裁剪到</translation>
    </message>
    <message>
        <source>What is kept: a box dragged on the image, or what the mask covers.</source>
        <translation>保留的范围：在图像上拖出的方框，或掩膜覆盖的范围。</translation>
    </message>
    <message>
        <source>What is kept</source>
        <translation>保留范围</translation>
    </message>
    <message>
        <source>Drag a rectangle on a slice; it holds for all slices.</source>
        <translation>在某一层上拖出矩形，对所有层有效。</translation>
    </message>
    <message>
        <source>Kept around the box or the mask within the slices.</source>
        <translation>层内在方框或掩膜四周保留的距离。</translation>
    </message>
    <message>
        <source>Slices before and after</source>
        <translation>前后保留层数</translation>
    </message>
    <message>
        <source>Kept beyond the first and the last slice of the mask.</source>
        <translation>在掩膜首层之前和末层之后保留的层数。</translation>
    </message>
    <message>
        <source>Keep all slices</source>
        <translation>保留所有层</translation>
    </message>
    <message>
        <source>Crop within the slices only.</source>
        <translation>只在层内裁剪。</translation>
    </message>
    <message>
        <source>Left and right of the stored slice</source>
        <translation>存储切片的左右</translation>
    </message>
    <message>
        <source>Top and bottom of the stored slice</source>
        <translation>存储切片的上下</translation>
    </message>
    <message>
        <source>First and last slice</source>
        <translation>首层与末层</translation>
    </message>
    <message>
        <source>Exchange</source>
        <translation>交换</translation>
    </message>
    <message>
        <source>Which sides change places.</source>
        <translation>哪两侧互换。</translation>
    </message>
    <message>
        <source>Geometry</source>
        <translation>几何</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>裁剪</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>镜像</translation>
    </message>
    <message>
        <source>Pixel spacing</source>
        <translation>像素间距</translation>
    </message>
    <message>
        <source>Distance of pixels within the slice, in both directions; 0: unchanged.</source>
        <translation>层内两个方向的像素间距；0：不变。</translation>
    </message>
    <message>
        <source>Slice spacing</source>
        <translation>层间距</translation>
    </message>
    <message>
        <source>Distance of slices; 0: unchanged.</source>
        <translation>层与层之间的距离；0：不变。</translation>
    </message>
    <message>
        <source>Cubic B-spline</source>
        <translation>三次 B 样条</translation>
    </message>
    <message>
        <source>Nearest keeps values as they are, linear never overshoots, cubic is the sharpest.</source>
        <translation>最近邻保持原值，线性不会过冲，三次最锐利。</translation>
    </message>
    <message>
        <source>Smooth before making coarser</source>
        <translation>降采样前平滑</translation>
    </message>
    <message>
        <source>Where the new spacing is larger, a Gaussian takes away detail that would alias. Not for nearest.</source>
        <translation>新间距更大时，先用高斯平滑去除会混叠的细节；最近邻插值不适用。</translation>
    </message>
    <message>
        <source>Resample</source>
        <translation>重采样</translation>
    </message>
    <message>
        <source>Bright on dark</source>
        <translation>暗背景上的亮结构</translation>
    </message>
    <message>
        <source>Dark on bright</source>
        <translation>亮背景上的暗结构</translation>
    </message>
    <message>
        <source>Ridges</source>
        <translation>脊线</translation>
    </message>
    <message>
        <source>Whether the structures are brighter or darker than what is around.</source>
        <translation>目标结构比周围更亮还是更暗。</translation>
    </message>
    <message>
        <source>Smallest radius</source>
        <translation>最小半径</translation>
    </message>
    <message>
        <source>Half width of the thinnest structures that are looked for.</source>
        <translation>所寻找的最细结构的半宽。</translation>
    </message>
    <message>
        <source>Largest radius</source>
        <translation>最大半径</translation>
    </message>
    <message>
        <source>Half width of the thickest structures that are looked for.</source>
        <translation>所寻找的最粗结构的半宽。</translation>
    </message>
    <message>
        <source>How many radii are tried, from the smallest to the largest.</source>
        <translation>从最小到最大半径之间尝试的尺度个数。</translation>
    </message>
    <message>
        <source>Contrast</source>
        <translation>对比度</translation>
    </message>
    <message>
        <source>Fainter structures, in the unit of the image, are suppressed as noise. 0: half of the strongest.</source>
        <translation>低于该值（图像单位）的微弱结构按噪声抑制。0：取最强结构的一半。</translation>
    </message>
    <message>
        <source>Ridges (Frangi)</source>
        <translation>脊线增强（Frangi）</translation>
    </message>
    <message>
        <source>Object 1</source>
        <translation>目标 1</translation>
    </message>
    <message>
        <source>Object 2</source>
        <translation>目标 2</translation>
    </message>
    <message>
        <source>Object 3</source>
        <translation>目标 3</translation>
    </message>
    <message>
        <source>Object 4</source>
        <translation>目标 4</translation>
    </message>
    <message>
        <source>Object 5</source>
        <translation>目标 5</translation>
    </message>
    <message>
        <source>Object 6</source>
        <translation>目标 6</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>Standard deviation of the Gaussian: finer detail is raised.</source>
        <translation>高斯核的标准差：比它更细的细节会被增强。</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>增强量</translation>
    </message>
    <message>
        <source>How much of the detail is added. Noise rises with it.</source>
        <translation>叠加细节的比例；噪声也随之增大。</translation>
    </message>
    <message>
        <source>Size of what answers: a disc of radius r most at sigma = r / 1.41, a ball at r / 1.73.</source>
        <translation>响应结构的尺度：半径为 r 的圆在 sigma = r / 1.41 时响应最强，球在 r / 1.73 时最强。</translation>
    </message>
    <message>
        <source>Comparable between scales</source>
        <translation>尺度归一化</translation>
    </message>
    <message>
        <source>Multiplies by sigma squared: the result has the unit of the image and does not fade with sigma.</source>
        <translation>乘以 sigma 的平方：结果与图像单位一致，且不随 sigma 增大而减弱。</translation>
    </message>
    <message>
        <source>Unsharp mask</source>
        <translation>USM 锐化</translation>
    </message>
    <message>
        <source>Laplacian of Gaussian</source>
        <translation>高斯拉普拉斯（LoG）</translation>
    </message>
    <message>
        <source>How far the neighbourhood reaches to each side, as a box. It is rounded to whole pixels in each direction.</source>
        <translation>邻域（方框）向每侧延伸的距离；在各方向上取整到整像素。</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Side of a patch, about.</source>
        <translation>每个小块的大致边长。</translation>
    </message>
    <message>
        <source>Compactness</source>
        <translation>紧凑度</translation>
    </message>
    <message>
        <source>More makes patches square, less makes them follow the values. At 1, one standard deviation of the values counts as much as the size of a patch.</source>
        <translation>越大小块越方正，越小越贴合灰度。为 1 时，一个标准差的灰度差与一个小块的边长同等重要。</translation>
    </message>
    <message>
        <source>How often the middles of the patches are found anew.</source>
        <translation>小块中心重新求得的次数。</translation>
    </message>
    <message>
        <source>Superpixels</source>
        <translation>超像素</translation>
    </message>
    <message>
        <source>Own limits</source>
        <translation>自定义界限</translation>
    </message>
    <message>
        <source>Air and lung (up to -400 HU)</source>
        <translation>空气与肺（-400 HU 及以下）</translation>
    </message>
    <message>
        <source>Lung (-950 to -400 HU)</source>
        <translation>肺（-950 至 -400 HU）</translation>
    </message>
    <message>
        <source>Emphysema, free air (up to -950 HU)</source>
        <translation>肺气肿、游离气体（-950 HU 及以下）</translation>
    </message>
    <message>
        <source>Fat (-190 to -30 HU)</source>
        <translation>脂肪（-190 至 -30 HU）</translation>
    </message>
    <message>
        <source>Fluid (-10 to 20 HU)</source>
        <translation>液体（-10 至 20 HU）</translation>
    </message>
    <message>
        <source>Muscle (-29 to 150 HU)</source>
        <translation>肌肉（-29 至 150 HU）</translation>
    </message>
    <message>
        <source>Soft tissue (-100 to 300 HU)</source>
        <translation>软组织（-100 至 300 HU）</translation>
    </message>
    <message>
        <source>Vessel with contrast (150 to 600 HU)</source>
        <translation>对比增强血管（150 至 600 HU）</translation>
    </message>
    <message>
        <source>Bone (from 226 HU)</source>
        <translation>骨（226 HU 及以上）</translation>
    </message>
    <message>
        <source>Compact bone (from 662 HU)</source>
        <translation>骨皮质（662 HU 及以上）</translation>
    </message>
    <message>
        <source>Metal (from 2500 HU)</source>
        <translation>金属（2500 HU 及以上）</translation>
    </message>
    <message>
        <source>Tissue</source>
        <translation>组织</translation>
    </message>
    <message>
        <source>A range in Hounsfield units for computed tomography, or limits of your own.</source>
        <translation>CT 的 HU 值范围，或自定义的界限。</translation>
    </message>
    <message>
        <source>The smallest value that belongs to the mask.</source>
        <translation>属于掩膜的最小值。</translation>
    </message>
    <message>
        <source>The largest value that belongs to the mask.</source>
        <translation>属于掩膜的最大值。</translation>
    </message>
    <message>
        <source>Values of the image</source>
        <translation>图像的值</translation>
    </message>
    <message>
        <source>Percent of the maximum</source>
        <translation>最大值的百分比</translation>
    </message>
    <message>
        <source>Limits are</source>
        <translation>界限的含义</translation>
    </message>
    <message>
        <source>Values in the unit of the image, or percent of its largest value (of the largest inside the mask, when only the mask counts), as for lesions in PET.</source>
        <translation>以图像的单位表示的值，或最大值的百分比（若只考虑掩膜，则为掩膜内最大值），如 PET 病灶分割所用。</translation>
    </message>
    <message>
        <source>The mask, where there is one</source>
        <translation>掩膜之内（若有掩膜）</translation>
    </message>
    <message>
        <source>The whole image, by a threshold found in the mask</source>
        <translation>整幅图像，阈值在掩膜内确定</translation>
    </message>
    <message>
        <source>The whole image</source>
        <translation>整幅图像</translation>
    </message>
    <message>
        <source>Divide</source>
        <translation>划分范围</translation>
    </message>
    <message>
        <source>What an existing mask does: limit where the threshold is looked for and where the result lies, only the first, or nothing.</source>
        <translation>已有掩膜的作用：既限定寻找阈值的范围又限定结果的位置，或只限定前者，或不起作用。</translation>
    </message>
    <message>
        <source>Each slice its own</source>
        <translation>每层切片各一个</translation>
    </message>
    <message>
        <source>One for the whole series</source>
        <translation>整个序列一个</translation>
    </message>
    <message>
        <source>Thresholds</source>
        <translation>阈值数目</translation>
    </message>
    <message>
        <source>Whether one histogram is made of all slices, or one of each.</source>
        <translation>所有切片共用一个直方图，还是每层切片各用一个。</translation>
    </message>
    <message>
        <source>Otsu: two classes that differ most</source>
        <translation>Otsu：两类差异最大</translation>
    </message>
    <message>
        <source>Li: least cross entropy</source>
        <translation>Li：最小交叉熵</translation>
    </message>
    <message>
        <source>Triangle: one large class with a tail</source>
        <translation>三角法：一个大类带长尾</translation>
    </message>
    <message>
        <source>Yen: greatest correlation</source>
        <translation>Yen：最大相关</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>How the threshold is read from the histogram.</source>
        <translation>如何由直方图求得阈值。</translation>
    </message>
    <message>
        <source>Automatic threshold</source>
        <translation>自动阈值</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类数</translation>
    </message>
    <message>
        <source>Into how many classes the values are divided.</source>
        <translation>把灰度值分成多少类。</translation>
    </message>
    <message>
        <source>Darkest class is background</source>
        <translation>最暗的一类作为背景</translation>
    </message>
    <message>
        <source>Whether the darkest class gets no label.</source>
        <translation>最暗的一类是否不赋予标签。</translation>
    </message>
    <message>
        <source>Several classes (multi-Otsu)</source>
        <translation>多类分割（多阈值 Otsu）</translation>
    </message>
    <message>
        <source>Work on</source>
        <translation>处理方式</translation>
    </message>
    <message>
        <source>Each slice by itself works for every series; the whole volume also looks from slice to slice and needs slices at equal distances.</source>
        <translation>逐层处理适用于任何序列；整体处理还会跨层计算，要求层间距相等。</translation>
    </message>
    <message>
        <source>Paint into each object, and into the background.</source>
        <translation>在每个目标内和背景中涂抹。</translation>
    </message>
    <message>
        <source>Edge weight</source>
        <translation>边缘权重</translation>
    </message>
    <message>
        <source>How much edges hold the walk back: more follows faint edges, and noise too.</source>
        <translation>边缘对游走的阻碍程度：越大越跟随微弱边缘，也越受噪声影响。</translation>
    </message>
    <message>
        <source>Random walker</source>
        <translation>随机游走</translation>
    </message>
    <message>
        <source>Markers</source>
        <translation>标记点</translation>
    </message>
    <message>
        <source>Click into each object, and at least once into the background, in the slice itself.</source>
        <translation>在每个目标内点击，并至少在背景中点击一次，须在该切片上进行。</translation>
    </message>
    <message>
        <source>Edges: regions meet where values change most</source>
        <translation>边缘：区域在灰度变化最大处相遇</translation>
    </message>
    <message>
        <source>Values: dark regions meet on bright lines</source>
        <translation>灰度：暗区域在亮线处相遇</translation>
    </message>
    <message>
        <source>Values: bright regions meet on dark lines</source>
        <translation>灰度：亮区域在暗线处相遇</translation>
    </message>
    <message>
        <source>Borders are</source>
        <translation>分界位于</translation>
    </message>
    <message>
        <source>Where the regions that grow from the markers meet.</source>
        <translation>由标记点生长的区域在何处相遇。</translation>
    </message>
    <message>
        <source>Watershed from markers</source>
        <translation>标记分水岭</translation>
    </message>
</context>
<context>
    <name>PaintTools</name>
    <message>
        <source>processed values</source>
        <translation>处理后的数值</translation>
    </message>
    <message>
        <source>active label only</source>
        <translation>仅当前标签</translation>
    </message>
</context>
<context>
    <name>Pane</name>
    <message>
        <source>slab of the original</source>
        <translation>原始图像的层块</translation>
    </message>
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
        <source>The series is still being opened.</source>
        <translation>序列仍在打开中。</translation>
    </message>
    <message>
        <source>A colour image has no values to project.</source>
        <translation>彩色图像没有可投影的数值。</translation>
    </message>
    <message>
        <source>The values of this image are given by a table, so that a slab of them cannot be projected.</source>
        <translation>此图像的数值由查找表给出，因此无法投影成层块。</translation>
    </message>
    <message>
        <source>The slices are tilted or unevenly spaced: show a slab in the axial, coronal or sagittal plane.</source>
        <translation>各层倾斜或间距不均：请在轴位、冠状位或矢状位中显示层块。</translation>
    </message>
    <message>
        <source>A slice of it could not be read. Show a thinner slab, or a single slice.</source>
        <translation>其中有一层无法读取。请显示更薄的层块或单层。</translation>
    </message>
    <message>
        <source>This slab cannot be shown</source>
        <translation>无法显示此层块</translation>
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
        <source>Slab</source>
        <translation>层块</translation>
    </message>
    <message>
        <source>Single slice</source>
        <translation>单层</translation>
    </message>
    <message>
        <source>Before/after line</source>
        <translation>处理前后分界线</translation>
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
    <name>PictureExport</name>
    <message>
        <source>Image, measurements, masks and scale, without the patient</source>
        <translation>图像、测量、掩膜和标尺，不含患者信息</translation>
    </message>
    <message>
        <source>The same with all corner texts: patient, study and series</source>
        <translation>同上，并含全部四角文字：患者、检查和序列</translation>
    </message>
    <message>
        <source>The image alone</source>
        <translation>仅图像</translation>
    </message>
    <message>
        <source>Export picture</source>
        <translation>导出图片</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>There is no picture in the active pane.</source>
        <translation>当前窗格中没有图像。</translation>
    </message>
    <message>
        <source>The picture names the patient.</source>
        <translation>图片上有患者姓名。</translation>
    </message>
    <message>
        <source>The picture was written.</source>
        <translation>图片已写出。</translation>
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
        <source>mask: {name}</source>
        <translation>掩膜：{name}</translation>
    </message>
    <message>
        <source>RGB {r} {g} {b}</source>
        <translation>RGB {r} {g} {b}</translation>
    </message>
    <message>
        <source>stored {value}</source>
        <translation>存储值 {value}</translation>
    </message>
    <message>
        <source>label {n}</source>
        <translation>标签 {n}</translation>
    </message>
    <message>
        <source>before {value}</source>
        <translation>处理前 {value}</translation>
    </message>
    <message>
        <source>after {value} (before {original})</source>
        <translation>处理后 {value}（处理前 {original}）</translation>
    </message>
    <message>
        <source>processed {value} (original {original})</source>
        <translation>处理后 {value}（原始 {original}）</translation>
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
        <source>Save as Python script…</source>
        <translation>另存为 Python 脚本…</translation>
    </message>
    <message>
        <source>Example recipes</source>
        <translation>示例流程</translation>
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
        <source>Keep mask</source>
        <translation>保留掩膜</translation>
    </message>
    <message>
        <source>Run on folder…</source>
        <translation>对文件夹运行…</translation>
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
        <source>The last steps take longer: Process all slices applies them.</source>
        <translation>最后几个步骤耗时较长：由“处理所有层面”来应用。</translation>
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
        <source>Take the mask over as a layer that you can paint on</source>
        <translation>将掩膜转为可涂画的图层</translation>
    </message>
    <message>
        <source>No step is on.</source>
        <translation>没有启用的步骤。</translation>
    </message>
    <message>
        <source>Apply these steps to every series of a folder</source>
        <translation>将这些步骤应用于文件夹中的每个序列</translation>
    </message>
    <message>
        <source>Process all slices first.</source>
        <translation>请先处理所有切片。</translation>
    </message>
    <message>
        <source>No step of this recipe makes a mask.</source>
        <translation>此流程中没有生成掩膜的步骤。</translation>
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
        <source>Save as Python script</source>
        <translation>另存为 Python 脚本</translation>
    </message>
    <message>
        <source>Python scripts (*.py)</source>
        <translation>Python 脚本 (*.py)</translation>
    </message>
    <message>
        <source>The script is saved.</source>
        <translation>脚本已保存。</translation>
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
    <name>ReliabilityPlot</name>
    <message>
        <source>Probability said</source>
        <translation>预测概率</translation>
    </message>
    <message>
        <source>Share that came true</source>
        <translation>实际发生比例</translation>
    </message>
    <message>
        <source>Click a point to list its cases</source>
        <translation>点击一点列出其病例</translation>
    </message>
    <message>
        <source>calibration error {n}</source>
        <translation>校准误差 {n}</translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Made with medviewer {version}</source>
        <translation>由 medviewer {version} 生成</translation>
    </message>
    <message>
        <source>For research, not for diagnosis</source>
        <translation>仅供研究，不用于诊断</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>序列</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Patient number</source>
        <translation>患者编号</translation>
    </message>
    <message>
        <source>Date of birth</source>
        <translation>出生日期</translation>
    </message>
    <message>
        <source>Sex</source>
        <translation>性别</translation>
    </message>
    <message>
        <source>Accession number</source>
        <translation>检查号</translation>
    </message>
    <message>
        <source>Patient</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>Study date</source>
        <translation>检查日期</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Institution</source>
        <translation>机构</translation>
    </message>
    <message>
        <source>Body part</source>
        <translation>部位</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Spacing</source>
        <translation>间距</translation>
    </message>
    <message>
        <source>Slice thickness</source>
        <translation>层厚</translation>
    </message>
    <message>
        <source>Values in</source>
        <translation>数值单位</translation>
    </message>
    <message>
        <source>Scanner</source>
        <translation>设备厂商</translation>
    </message>
    <message>
        <source>Kernel</source>
        <translation>重建核</translation>
    </message>
    <message>
        <source>{n} slices could not be read.</source>
        <translation>{n} 层无法读取。</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>层面</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Values come from the original pixels, never from processed ones.</source>
        <translation>数值均取自原始像素，而非处理后的像素。</translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>The first {n} of {all} rows.</source>
        <translation>共 {all} 行，显示前 {n} 行。</translation>
    </message>
    <message>
        <source>{n} of {all} columns.</source>
        <translation>共 {all} 列，显示 {n} 列。</translation>
    </message>
    <message>
        <source>Processing: {series}</source>
        <translation>处理：{series}</translation>
    </message>
    <message>
        <source>Page {n} of {count}</source>
        <translation>第 {n} 页，共 {count} 页</translation>
    </message>
    <message>
        <source>slice {n} of {count}</source>
        <translation>第 {n}/{count} 层</translation>
    </message>
    <message>
        <source>processed</source>
        <translation>已处理</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>210 × 297 mm</source>
        <translation>210 × 297 mm</translation>
    </message>
    <message>
        <source>8.5 × 11 inches</source>
        <translation>8.5 × 11 英寸</translation>
    </message>
    <message>
        <source>PDF report</source>
        <translation>PDF 报告</translation>
    </message>
    <message>
        <source>Write report</source>
        <translation>生成报告</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Key images: the panes as they are shown</source>
        <translation>关键图像：各窗格的当前显示</translation>
    </message>
    <message>
        <source>Slices with measurements that no pane shows</source>
        <translation>含有测量但未在窗格中显示的层面</translation>
    </message>
    <message>
        <source>Measurements with units and cautions</source>
        <translation>测量结果，含单位和注意事项</translation>
    </message>
    <message>
        <source>Processing steps</source>
        <translation>处理步骤</translation>
    </message>
    <message>
        <source>Patient and study: name, numbers, dates, institution</source>
        <translation>患者和检查：姓名、编号、日期、机构</translation>
    </message>
    <message>
        <source>{what} (there are none)</source>
        <translation>{what}（无）</translation>
    </message>
    <message>
        <source>Tables and their columns</source>
        <translation>表格及其列</translation>
    </message>
    <message>
        <source>Tables, with at most so many rows each:</source>
        <translation>表格，每个最多行数：</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>纸张</translation>
    </message>
    <message>
        <source>No series is open.</source>
        <translation>没有打开的序列。</translation>
    </message>
    <message>
        <source>The report names the patient.</source>
        <translation>报告含有患者姓名。</translation>
    </message>
    <message>
        <source>The report does not name the patient; look whether the pixels of the images do.</source>
        <translation>报告不含患者姓名；请检查图像像素中是否含有患者信息。</translation>
    </message>
    <message>
        <source>Give the file a name with the ending .pdf.</source>
        <translation>请给文件取一个以 .pdf 结尾的名称。</translation>
    </message>
    <message>
        <source>The report was written.</source>
        <translation>报告已生成。</translation>
    </message>
    <message>
        <source>This failed because of a fault in the program; the log says more.</source>
        <translation>因程序故障而失败；详见日志。</translation>
    </message>
    <message>
        <source>Stopped. Nothing was written.</source>
        <translation>已停止，未写出任何内容。</translation>
    </message>
</context>
<context>
    <name>ResultsPanel</name>
    <message>
        <source>No results yet. Choose cases and run the classifiers: every number then stands here with its limits.</source>
        <translation>还没有结果。请选择病例并运行分类器：每个数值及其置信区间将列在此处。</translation>
    </message>
    <message>
        <source>Set up an experiment</source>
        <translation>设置实验</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Learn from all cases and save the chosen classifier</source>
        <translation>用全部病例学习并保存所选分类器</translation>
    </message>
    <message>
        <source>Use as a step…</source>
        <translation>用作步骤…</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>各次运行</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Classifiers</source>
        <translation>分类器</translation>
    </message>
    <message>
        <source>Class against the rest</source>
        <translation>某类别对其余类别</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Confusion</source>
        <translation>混淆矩阵</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>校准</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>重要性</translation>
    </message>
    <message>
        <source>Tree</source>
        <translation>决策树</translation>
    </message>
    <message>
        <source>Cases</source>
        <translation>病例</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>发现</translation>
    </message>
    <message>
        <source>The importance of this classifier was not computed. Choose Importance: of all in the step Run.</source>
        <translation>未计算该分类器的重要性。请在“运行”步骤中将“重要性”设为“全部”。</translation>
    </message>
    <message>
        <source>Only a decision tree can be drawn, and none was run.</source>
        <translation>只有决策树可以绘制，而本次未运行决策树。</translation>
    </message>
    <message>
        <source>Nothing suspicious was found.</source>
        <translation>未发现可疑之处。</translation>
    </message>
    <message>
        <source>Run {n}, {time}</source>
        <translation>第 {n} 次运行，{time}</translation>
    </message>
    <message>
        <source>{name} against the rest</source>
        <translation>{name} 对其余</translation>
    </message>
    <message>
        <source>Only the baseline was run.</source>
        <translation>只运行了基线。</translation>
    </message>
    <message>
        <source>No classifier is better than always naming the most frequent class.</source>
        <translation>没有分类器优于“总是判为最常见类别”。</translation>
    </message>
    <message>
        <source>{best} has the largest ROC area; these cases do not tell it from: {others}.</source>
        <translation>{best} 的 ROC 面积最大；但这些病例不足以将其与以下分类器区分：{others}。</translation>
    </message>
    <message>
        <source>{best} has the largest ROC area, and clearly so.</source>
        <translation>{best} 的 ROC 面积最大，且差异明确。</translation>
    </message>
    <message>
        <source>Patients not known</source>
        <translation>患者未知</translation>
    </message>
    <message>
        <source>{who}, seed {seed}, {s} s. In grey: 95 % limits.</source>
        <translation>{who}，随机种子 {seed}，用时 {s} 秒。灰色：95% 置信区间。</translation>
    </message>
    <message>
        <source>Save the chosen classifier and add it to the recipe of the active series</source>
        <translation>保存所选分类器，并加入当前序列的处理流程</translation>
    </message>
    <message>
        <source>Save classifier</source>
        <translation>保存分类器</translation>
    </message>
    <message>
        <source>Classifiers (*{suffix})</source>
        <translation>分类器 (*{suffix})</translation>
    </message>
    <message>
        <source>Saved as {name}.</source>
        <translation>已保存为 {name}。</translation>
    </message>
    <message>
        <source>Saving a classifier</source>
        <translation>正在保存分类器</translation>
    </message>
    <message>
        <source>The classifier is the last step of the recipe of the active series.</source>
        <translation>该分类器已成为当前序列处理流程的最后一步。</translation>
    </message>
    <message>
        <source>Everything as JSON…</source>
        <translation>全部结果 (JSON)…</translation>
    </message>
    <message>
        <source>Numbers as a table…</source>
        <translation>数值表…</translation>
    </message>
    <message>
        <source>Cases as a table…</source>
        <translation>病例表…</translation>
    </message>
    <message>
        <source>This plot…</source>
        <translation>此图…</translation>
    </message>
</context>
<context>
    <name>RunDialog</name>
    <message>
        <source>Run recipe on a folder</source>
        <translation>对文件夹运行流程</translation>
    </message>
    <message>
        <source>Images in</source>
        <translation>图像来自</translation>
    </message>
    <message>
        <source>Results to</source>
        <translation>结果保存到</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Open results folder</source>
        <translation>打开结果文件夹</translation>
    </message>
    <message>
        <source>Every series below the folder is read and processed. The originals are never changed; a series that fails costs no other.</source>
        <translation>读取并处理该文件夹下的每个序列。原始数据绝不改动；某个序列失败不影响其他序列。</translation>
    </message>
    <message>
        <source>Choose a folder for the results.</source>
        <translation>请选择保存结果的文件夹。</translation>
    </message>
    <message>
        <source>Stopped. What was finished is kept.</source>
        <translation>已停止。已完成的部分予以保留。</translation>
    </message>
    <message>
        <source>{done} of {all} series are done; {failed} failed.</source>
        <translation>{all} 个序列中完成 {done} 个，失败 {failed} 个。</translation>
    </message>
    <message>
        <source>All {all} series are done.</source>
        <translation>全部 {all} 个序列已完成。</translation>
    </message>
    <message>
        <source>This failed because of a fault in the program; the log says more.</source>
        <translation>因程序故障而失败；详见日志。</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>序列</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>用时</translation>
    </message>
    <message>
        <source>Files or reason</source>
        <translation>文件或原因</translation>
    </message>
</context>
<context>
    <name>RunStep</name>
    <message>
        <source>Looked for</source>
        <translation>目标类别</translation>
    </message>
    <message>
        <source>Importance</source>
        <translation>重要性</translation>
    </message>
    <message>
        <source>Resamples</source>
        <translation>重采样次数</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>of the best</source>
        <translation>仅最佳者</translation>
    </message>
    <message>
        <source>of all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>of none</source>
        <translation>不计算</translation>
    </message>
    <message>
        <source>The class that sensitivity speaks of</source>
        <translation>灵敏度所指的类别</translation>
    </message>
    <message>
        <source>How much worse a classifier gets on unseen cases when a feature is shuffled</source>
        <translation>打乱某特征后，分类器在未见病例上变差多少</translation>
    </message>
    <message>
        <source>Patients are drawn anew so often for the 95 % intervals</source>
        <translation>为计算 95% 置信区间对患者重新抽样的次数</translation>
    </message>
    <message>
        <source>The same seed gives the same answer</source>
        <translation>相同种子得到相同结果</translation>
    </message>
    <message>
        <source>Before the run</source>
        <translation>运行前检查</translation>
    </message>
    <message>
        <source>Before the run: nothing suspicious was found</source>
        <translation>运行前检查：未发现可疑之处</translation>
    </message>
    <message>
        <source>seed {n}</source>
        <translation>种子 {n}</translation>
    </message>
    <message>
        <source>nothing suspicious</source>
        <translation>无可疑之处</translation>
    </message>
</context>
<context>
    <name>ScoreModel</name>
    <message>
        <source>The largest area under the ROC curve</source>
        <translation>ROC 曲线下面积最大</translation>
    </message>
    <message>
        <source>best</source>
        <translation>最佳</translation>
    </message>
    <message>
        <source>not told apart</source>
        <translation>无法区分</translation>
    </message>
    <message>
        <source>Difference of the ROC area to the best: {d} ({low} to {high})</source>
        <translation>与最佳者的 ROC 面积之差：{d}（{low} 至 {high}）</translation>
    </message>
    <message>
        <source>The interval holds 0: these cases do not tell the two apart.</source>
        <translation>区间包含 0：这些病例无法区分两者。</translation>
    </message>
    <message>
        <source>Classifier</source>
        <translation>分类器</translation>
    </message>
    <message>
        <source>To the best</source>
        <translation>与最佳相比</translation>
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
    <name>Slab</name>
    <message>
        <source>Average</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>MIP</source>
        <translation>MIP</translation>
    </message>
    <message>
        <source>MinIP</source>
        <translation>MinIP</translation>
    </message>
    <message>
        <source>The picture is the average through {mm} mm.</source>
        <translation>图像为 {mm} mm 厚度内的平均值。</translation>
    </message>
    <message>
        <source>The picture shows the largest value through {mm} mm.</source>
        <translation>图像显示 {mm} mm 厚度内的最大值。</translation>
    </message>
    <message>
        <source>The picture shows the smallest value through {mm} mm.</source>
        <translation>图像显示 {mm} mm 厚度内的最小值。</translation>
    </message>
    <message>
        <source>What lies behind one another cannot be told apart: regions have no values here, lengths are projected, and masks are those of the middle slice.</source>
        <translation>前后重叠的结构无法区分：此处区域不给出数值，长度为投影长度，掩膜取自中间层。</translation>
    </message>
</context>
<context>
    <name>Split</name>
    <message>
        <source>After: computing…</source>
        <translation>处理后：正在计算…</translation>
    </message>
    <message>
        <source>After</source>
        <translation>处理后</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>处理前</translation>
    </message>
</context>
<context>
    <name>SplitStep</name>
    <message>
        <source>One patient left out at a time</source>
        <translation>每次留出一名患者</translation>
    </message>
    <message>
        <source>Folds</source>
        <translation>折数</translation>
    </message>
    <message>
        <source>Drawn anew</source>
        <translation>重复抽取</translation>
    </message>
    <message>
        <source>Held out</source>
        <translation>留出</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>比例</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source> ×</source>
        <translation>次</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>不留出</translation>
    </message>
    <message>
        <source>A share of the patients</source>
        <translation>一定比例的患者</translation>
    </message>
    <message>
        <source>As a column says</source>
        <translation>由某列指定</translation>
    </message>
    <message>
        <source>Parts of the cross-validation; each is tested on once</source>
        <translation>交叉验证的份数；每份各测试一次</translation>
    </message>
    <message>
        <source>How often the folds are drawn; the numbers are the mean</source>
        <translation>折的重新抽取次数；数值取平均</translation>
    </message>
    <message>
        <source>What is held out is used once, at the end; the numbers shown are those of it</source>
        <translation>留出部分只在最后使用一次；所示数值即来自该部分</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>one patient left out at a time</source>
        <translation>每次留出一名患者</translation>
    </message>
    <message>
        <source>by patient</source>
        <translation>按患者</translation>
    </message>
    <message>
        <source>by row</source>
        <translation>按行</translation>
    </message>
    <message>
        <source>part held out</source>
        <translation>留出一部分</translation>
    </message>
    <message>
        <source>{n} % held out</source>
        <translation>留出 {n} %</translation>
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
    <name>TablesPanel</name>
    <message>
        <source>No table yet. Add a step that measures, such as Measure objects, or compute features of a mask; the table then stands here.</source>
        <translation>尚无表格。请添加测量步骤（如“测量对象”），或计算掩膜的特征；表格将显示在此处。</translation>
    </message>
    <message>
        <source>Classify…</source>
        <translation>分类…</translation>
    </message>
    <message>
        <source>from</source>
        <translation>从</translation>
    </message>
    <message>
        <source>to</source>
        <translation>到</translation>
    </message>
    <message>
        <source>contains</source>
        <translation>包含</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Filter by column</source>
        <translation>按列筛选</translation>
    </message>
    <message>
        <source>Colour the objects by a column</source>
        <translation>按列为对象着色</translation>
    </message>
    <message>
        <source>Smallest value</source>
        <translation>最小值</translation>
    </message>
    <message>
        <source>Largest value</source>
        <translation>最大值</translation>
    </message>
    <message>
        <source>Text that the column holds</source>
        <translation>该列所含文本</translation>
    </message>
    <message>
        <source>Copy the rows shown</source>
        <translation>复制所显示的行</translation>
    </message>
    <message>
        <source>Export the rows shown…</source>
        <translation>导出所显示的行…</translation>
    </message>
    <message>
        <source>Remove this table</source>
        <translation>移除此表格</translation>
    </message>
    <message>
        <source>Train classifiers on the rows shown</source>
        <translation>用所显示的行训练分类器</translation>
    </message>
    <message>
        <source>All rows</source>
        <translation>所有行</translation>
    </message>
    <message>
        <source>Own colours</source>
        <translation>原有颜色</translation>
    </message>
    <message>
        <source>{kept} of {all} rows</source>
        <translation>{all} 行中的 {kept} 行</translation>
    </message>
    <message>
        <source>1 row</source>
        <translation>1 行</translation>
    </message>
    <message>
        <source>{all} rows</source>
        <translation>{all} 行</translation>
    </message>
    <message>
        <source>Export table</source>
        <translation>导出表格</translation>
    </message>
    <message>
        <source>Tables (*.csv *.xlsx)</source>
        <translation>表格 (*.csv *.xlsx)</translation>
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
        <source>The mask does not lie on the grid of the image.</source>
        <translation>掩膜与图像的网格不一致。</translation>
    </message>
    <message>
        <source>Resample the mask to the image first.</source>
        <translation>请先将掩膜重采样到图像网格。</translation>
    </message>
    <message>
        <source>The presets were written by a newer version of this program.</source>
        <translation>这些预设由本程序的更新版本写入。</translation>
    </message>
    <message>
        <source>Update the program.</source>
        <translation>请更新程序。</translation>
    </message>
    <message>
        <source>The file holds more than {a} presets.</source>
        <translation>文件包含超过 {a} 个预设。</translation>
    </message>
    <message>
        <source>A preset has no name, or one that is too long.</source>
        <translation>某个预设没有名称，或名称过长。</translation>
    </message>
    <message>
        <source>Use 1 to {a} characters.</source>
        <translation>请使用 1 至 {a} 个字符。</translation>
    </message>
    <message>
        <source>The preset “{a}” has no usable window.</source>
        <translation>预设“{a}”没有可用的窗宽窗位。</translation>
    </message>
    <message>
        <source>The width must be a number greater than zero.</source>
        <translation>窗宽必须是大于零的数。</translation>
    </message>
    <message>
        <source>The preset “{a}” has an unusable key.</source>
        <translation>预设“{a}”的按键无法使用。</translation>
    </message>
    <message>
        <source>Use a digit from 1 to 9, or none.</source>
        <translation>请使用 1 到 9 的数字，或不设按键。</translation>
    </message>
    <message>
        <source>The directions in the file do not span a volume.</source>
        <translation>文件中的方向无法构成体数据。</translation>
    </message>
    <message>
        <source>The colour slices are not evenly spaced.</source>
        <translation>彩色层面间距不均匀。</translation>
    </message>
    <message>
        <source>The values are not corrected for attenuation.</source>
        <translation>数值未经衰减校正。</translation>
    </message>
    <message>
        <source>The values are not corrected for radioactive decay.</source>
        <translation>数值未经放射性衰变校正。</translation>
    </message>
    <message>
        <source>The values are standardised already, but by another rule ({a}).</source>
        <translation>数值已标准化，但采用了另一种规则（{a}）。</translation>
    </message>
    <message>
        <source>The injected dose is missing.</source>
        <translation>缺少注射剂量。</translation>
    </message>
    <message>
        <source>The injected dose of {a} Bq is too small to be true; it may be stated in MBq.</source>
        <translation>注射剂量 {a} Bq 过小，不可信；单位可能应为 MBq。</translation>
    </message>
    <message>
        <source>The patient&apos;s weight is missing.</source>
        <translation>缺少患者体重。</translation>
    </message>
    <message>
        <source>The patient&apos;s height is missing.</source>
        <translation>缺少患者身高。</translation>
    </message>
    <message>
        <source>The lean body mass depends on the patient&apos;s sex, which is missing.</source>
        <translation>瘦体重取决于患者性别，但性别缺失。</translation>
    </message>
    <message>
        <source>Weight and height do not give a usable lean body mass.</source>
        <translation>由体重和身高无法得出可用的瘦体重。</translation>
    </message>
    <message>
        <source>The time of administration is missing.</source>
        <translation>缺少给药时间。</translation>
    </message>
    <message>
        <source>The time of administration lies after the scan.</source>
        <translation>给药时间晚于扫描时间。</translation>
    </message>
    <message>
        <source>Between administration and scan lie more half-lives than can be true.</source>
        <translation>给药与扫描之间相隔的半衰期数不可信。</translation>
    </message>
    <message>
        <source>The time of the scan is missing.</source>
        <translation>缺少扫描时间。</translation>
    </message>
    <message>
        <source>The series was dated after the scan, and the file does not say when the scan began.</source>
        <translation>序列时间晚于扫描，且文件未注明扫描开始时间。</translation>
    </message>
    <message>
        <source>The values are counts, and the file has no factor that turns them into activity.</source>
        <translation>数值为计数，文件中没有将其换算为活度的系数。</translation>
    </message>
    <message>
        <source>SUV needs activity in Bq/ml, but the values are in {a}.</source>
        <translation>SUV 需要以 Bq/ml 为单位的活度，而数值单位为 {a}。</translation>
    </message>
    <message>
        <source>The half-life of the radionuclide is missing.</source>
        <translation>缺少放射性核素的半衰期。</translation>
    </message>
    <message>
        <source>The file does not say to which time the decay was corrected.</source>
        <translation>文件未注明衰变校正到哪一时刻。</translation>
    </message>
    <message>
        <source>The file inside the archive is too large to be read from there.</source>
        <translation>压缩包内的文件过大，无法直接读取。</translation>
    </message>
    <message>
        <source>The file inside the archive would unpack to a suspicious size.</source>
        <translation>压缩包内的文件解压后大小可疑。</translation>
    </message>
    <message>
        <source>The file inside the archive is packed by a method that is not supported.</source>
        <translation>压缩包内文件的压缩方式不受支持。</translation>
    </message>
    <message>
        <source>The archive holds more than {a} files; the rest is not read. Unpack it first.</source>
        <translation>压缩包包含超过 {a} 个文件，其余未读取。请先解压。</translation>
    </message>
    <message>
        <source>The file inside the archive cannot be unpacked.</source>
        <translation>无法解压压缩包内的文件。</translation>
    </message>
    <message>
        <source>Unpack it with another program first.</source>
        <translation>请先用其他程序解压。</translation>
    </message>
    <message>
        <source>Unpack it first.</source>
        <translation>请先解压。</translation>
    </message>
    <message>
        <source>There is no room to unpack the volume.</source>
        <translation>没有空间解压该体数据。</translation>
    </message>
    <message>
        <source>The file says that its values lie outside the archive.</source>
        <translation>文件注明其数值位于压缩包之外。</translation>
    </message>
    <message>
        <source>A header whose values lie in another file is not read from an archive; unpack it first.</source>
        <translation>数值位于其他文件的头文件不从压缩包中读取，请先解压。</translation>
    </message>
    <message>
        <source>The header says {a} bits allocated; 1, 8, 16 and 32 can be read.</source>
        <translation>头信息注明分配 {a} 位；可读取 1、8、16 和 32 位。</translation>
    </message>
    <message>
        <source>The archive is damaged.</source>
        <translation>压缩包已损坏。</translation>
    </message>
    <message>
        <source>The archive is protected by a password.</source>
        <translation>压缩包受密码保护。</translation>
    </message>
    <message>
        <source>The file is no longer in the archive.</source>
        <translation>该文件已不在压缩包内。</translation>
    </message>
    <message>
        <source>The archive holds another file of the same name.</source>
        <translation>压缩包内有另一个同名文件。</translation>
    </message>
    <message>
        <source>{a} would need {b} of memory, and the program allows itself {c}.</source>
        <translation>{a} 需要 {b} 内存，而程序限制为 {c}。</translation>
    </message>
    <message>
        <source>Open a part of it, or a computer with more memory.</source>
        <translation>请打开其中一部分，或使用内存更大的计算机。</translation>
    </message>
    <message>
        <source>The file claims {a} of values, far more than a file of its size can hold.</source>
        <translation>文件声明含 {a} 的数值，远超此大小的文件所能容纳。</translation>
    </message>
    <message>
        <source>This series is no longer in the catalog.</source>
        <translation>该序列已不在目录中。</translation>
    </message>
    <message>
        <source>Import its folder again.</source>
        <translation>请重新导入其文件夹。</translation>
    </message>
    <message>
        <source>The data folder cannot be made or written.</source>
        <translation>无法创建或写入数据文件夹。</translation>
    </message>
    <message>
        <source>Choose another folder or free some space.</source>
        <translation>请选择其他文件夹或释放空间。</translation>
    </message>
    <message>
        <source>There is no such way to split a series.</source>
        <translation>没有这种拆分序列的方式。</translation>
    </message>
    <message>
        <source>The damaged catalog cannot be set aside.</source>
        <translation>无法将损坏的目录移开。</translation>
    </message>
    <message>
        <source>Close other windows of the program and try again.</source>
        <translation>请关闭本程序的其他窗口后重试。</translation>
    </message>
    <message>
        <source>The catalog file belongs to another program.</source>
        <translation>该目录文件属于其他程序。</translation>
    </message>
    <message>
        <source>Choose another data folder.</source>
        <translation>请选择其他数据文件夹。</translation>
    </message>
    <message>
        <source>The catalog was written by a newer version of the program.</source>
        <translation>该目录由本程序的更新版本写入。</translation>
    </message>
    <message>
        <source>Update the program, or choose another data folder.</source>
        <translation>请更新程序，或选择其他数据文件夹。</translation>
    </message>
    <message>
        <source>The catalog may not be written.</source>
        <translation>目录不允许写入。</translation>
    </message>
    <message>
        <source>Choose a data folder that you may write to.</source>
        <translation>请选择您有写入权限的数据文件夹。</translation>
    </message>
    <message>
        <source>The catalog is in use by another program.</source>
        <translation>目录正被其他程序使用。</translation>
    </message>
    <message>
        <source>Wait until it has finished and try again.</source>
        <translation>请等待其完成后重试。</translation>
    </message>
    <message>
        <source>The catalog has been closed.</source>
        <translation>目录已关闭。</translation>
    </message>
    <message>
        <source>The catalog cannot be read or written on its disk.</source>
        <translation>无法在磁盘上读写目录。</translation>
    </message>
    <message>
        <source>Check that the data folder is there and that the disk is not full.</source>
        <translation>请确认数据文件夹存在且磁盘未满。</translation>
    </message>
    <message>
        <source>The catalog file is damaged.</source>
        <translation>目录文件已损坏。</translation>
    </message>
    <message>
        <source>It can be built again from the files: your images are not affected.</source>
        <translation>可由文件重新建立，您的图像不受影响。</translation>
    </message>
    <message>
        <source>Some text of the file is not valid in its declared character set.</source>
        <translation>文件中部分文字在其声明的字符集中无效。</translation>
    </message>
    <message>
        <source>The file holds text without saying in which character set; it was guessed.</source>
        <translation>文件含文字但未注明字符集，已作推测。</translation>
    </message>
    <message>
        <source>The header claims an image far larger than its compressed pixels can hold.</source>
        <translation>头信息声明的图像远大于其压缩像素所能容纳。</translation>
    </message>
    <message>
        <source>The header says {a} samples per pixel and the compressed image has {b}.</source>
        <translation>头信息注明每像素 {a} 个采样，压缩图像为 {b} 个。</translation>
    </message>
    <message>
        <source>The compressed image has {a} bits a sample and the header allows {b}.</source>
        <translation>压缩图像每采样 {a} 位，而头信息允许 {b} 位。</translation>
    </message>
    <message>
        <source>The compressed image has more bits a sample than the {a} allowed.</source>
        <translation>压缩图像每采样位数超过允许的 {a} 位。</translation>
    </message>
    <message>
        <source>The compressed image is cut short.</source>
        <translation>压缩图像不完整。</translation>
    </message>
    <message>
        <source>Pixels with subsampled colour need an even number of columns.</source>
        <translation>色度抽样的像素要求列数为偶数。</translation>
    </message>
    <message>
        <source>The run-length coded frame has {a} segments where the header needs {b}.</source>
        <translation>游程编码帧有 {a} 个段，而头信息要求 {b} 个。</translation>
    </message>
    <message>
        <source>Decoding the compressed pixels needs more memory than a decoder may use.</source>
        <translation>解码压缩像素所需内存超过解码器限额。</translation>
    </message>
    <message>
        <source>The compressed image does not begin like one.</source>
        <translation>压缩图像的开头不正确。</translation>
    </message>
    <message>
        <source>The compressed image has no frame header.</source>
        <translation>压缩图像没有帧头。</translation>
    </message>
    <message>
        <source>The compressed image has no codestream in its file format.</source>
        <translation>压缩图像的文件格式中没有码流。</translation>
    </message>
    <message>
        <source>The compressed image has a damaged header.</source>
        <translation>压缩图像的头信息已损坏。</translation>
    </message>
    <message>
        <source>The compressed image has no components.</source>
        <translation>压缩图像没有分量。</translation>
    </message>
    <message>
        <source>The compressed image ends inside its header.</source>
        <translation>压缩图像在头信息处中断。</translation>
    </message>
    <message>
        <source>The compressed image is larger than the header says.</source>
        <translation>压缩图像大于头信息所注明的尺寸。</translation>
    </message>
    <message>
        <source>The compressed image holds values that its header rules out.</source>
        <translation>压缩图像含有头信息所排除的数值。</translation>
    </message>
    <message>
        <source>The file has too many elements before its pixels.</source>
        <translation>文件在像素之前的元素过多。</translation>
    </message>
    <message>
        <source>The file is nested too deeply.</source>
        <translation>文件嵌套过深。</translation>
    </message>
    <message>
        <source>A sequence in the file is damaged.</source>
        <translation>文件中的某个序列项已损坏。</translation>
    </message>
    <message>
        <source>Reading the file needs more memory than it may use.</source>
        <translation>读取该文件所需内存超过限额。</translation>
    </message>
    <message>
        <source>The file has damaged frames, so the rest was not decoded.</source>
        <translation>文件含有损坏的帧，其余帧未解码。</translation>
    </message>
    <message>
        <source>The decoder could not be started.</source>
        <translation>无法启动解码器。</translation>
    </message>
    <message>
        <source>Close other programs and try again.</source>
        <translation>请关闭其他程序后重试。</translation>
    </message>
    <message>
        <source>The DICOMDIR is too large.</source>
        <translation>DICOMDIR 过大。</translation>
    </message>
    <message>
        <source>The header of the file has too many elements.</source>
        <translation>文件头信息的元素过多。</translation>
    </message>
    <message>
        <source>The header of the file is nested too deeply.</source>
        <translation>文件头信息嵌套过深。</translation>
    </message>
    <message>
        <source>It is probably damaged.</source>
        <translation>文件可能已损坏。</translation>
    </message>
    <message>
        <source>An element of the header is far too long and was left out.</source>
        <translation>头信息中某个元素过长，已忽略。</translation>
    </message>
    <message>
        <source>The pixel aspect is not usable and was left out.</source>
        <translation>像素宽高比不可用，已忽略。</translation>
    </message>
    <message>
        <source>The {a} is not a usable whole number and was left out.</source>
        <translation>{a}不是可用的整数，已忽略。</translation>
    </message>
    <message>
        <source>The file has {a} compressed pieces for {b} frames and no table that assigns them.</source>
        <translation>文件有 {a} 个压缩片段对应 {b} 帧，且没有分配表。</translation>
    </message>
    <message>
        <source>The compressed pixels do not begin with an offset table.</source>
        <translation>压缩像素未以偏移表开头。</translation>
    </message>
    <message>
        <source>The offset table of the compressed pixels is damaged.</source>
        <translation>压缩像素的偏移表已损坏。</translation>
    </message>
    <message>
        <source>The file ends before its pixels.</source>
        <translation>文件在像素之前中断。</translation>
    </message>
    <message>
        <source>The compressed file unpacks to more than an image in this form may hold.</source>
        <translation>压缩文件解压后超过此形式图像的允许大小。</translation>
    </message>
    <message>
        <source>The header promises {a} frames, more than the file can hold.</source>
        <translation>头信息声明 {a} 帧，超过文件所能容纳。</translation>
    </message>
    <message>
        <source>The file has {a} frames; up to {b} can be shown.</source>
        <translation>文件有 {a} 帧；最多可显示 {b} 帧。</translation>
    </message>
    <message>
        <source>The rescale slope of the file is 0, which cannot be; 1 was taken.</source>
        <translation>文件的重标定斜率为 0，不可能；已取 1。</translation>
    </message>
    <message>
        <source>The image size {a} × {b} in the header is not possible.</source>
        <translation>头信息中的图像尺寸 {a} × {b} 不可能。</translation>
    </message>
    <message>
        <source>The header says that the image has no frames.</source>
        <translation>头信息注明图像没有帧。</translation>
    </message>
    <message>
        <source>The header says {a} samples per pixel; images have 1 or 3.</source>
        <translation>头信息注明每像素 {a} 个采样；图像应为 1 或 3 个。</translation>
    </message>
    <message>
        <source>One-bit pixels must have one sample per pixel.</source>
        <translation>1 位像素每像素只能有一个采样。</translation>
    </message>
    <message>
        <source>One frame would need {a}, which is larger than the {b} that a frame may have.</source>
        <translation>一帧需要 {a}，超过单帧允许的 {b}。</translation>
    </message>
    <message>
        <source>Open the smaller levels of the slide, or images cut into tiles.</source>
        <translation>请打开切片的较小层级，或分块图像。</translation>
    </message>
    <message>
        <source>Floating point pixels must have one sample per pixel.</source>
        <translation>浮点像素每像素只能有一个采样。</translation>
    </message>
    <message>
        <source>The header says {a} bits stored of {b} allocated, which is not possible.</source>
        <translation>头信息注明存储 {a} 位、分配 {b} 位，不可能。</translation>
    </message>
    <message>
        <source>The high bit {a} in the header contradicts the bits stored.</source>
        <translation>头信息中的最高位 {a} 与存储位数矛盾。</translation>
    </message>
    <message>
        <source>It cannot be read any further.</source>
        <translation>无法继续读取。</translation>
    </message>
    <message>
        <source>The file is not coded in the transfer syntax that it names.</source>
        <translation>文件的编码与其注明的传输语法不符。</translation>
    </message>
    <message>
        <source>The pixel representation is not usable; unsigned values are assumed.</source>
        <translation>像素表示不可用，按无符号值处理。</translation>
    </message>
    <message>
        <source>This is not a regular file.</source>
        <translation>这不是普通文件。</translation>
    </message>
    <message>
        <source>This is not a regular file but a pipe, a socket or a device.</source>
        <translation>这不是普通文件，而是管道、套接字或设备。</translation>
    </message>
    <message>
        <source>The file is damaged: the program that reads it broke down over it.</source>
        <translation>文件已损坏：读取程序因此崩溃。</translation>
    </message>
    <message>
        <source>The process that reads files could not be started.</source>
        <translation>无法启动读取文件的进程。</translation>
    </message>
    <message>
        <source>Reading the file took too long, so it was given up.</source>
        <translation>读取文件耗时过长，已放弃。</translation>
    </message>
    <message>
        <source>The modality lookup table is damaged and was left out: values are as stored.</source>
        <translation>模态查找表已损坏并被忽略：数值为存储值。</translation>
    </message>
    <message>
        <source>A display lookup table of the file is damaged and was left out.</source>
        <translation>文件中的某个显示查找表已损坏，已忽略。</translation>
    </message>
    <message>
        <source>This is not a NIfTI file.</source>
        <translation>这不是 NIfTI 文件。</translation>
    </message>
    <message>
        <source>The size of the volume in the header is not possible.</source>
        <translation>头信息中的体数据尺寸不可能。</translation>
    </message>
    <message>
        <source>The volume has more than five dimensions.</source>
        <translation>体数据超过五维。</translation>
    </message>
    <message>
        <source>The volume holds numbers of a kind that cannot be shown.</source>
        <translation>体数据的数值类型无法显示。</translation>
    </message>
    <message>
        <source>The header does not say where the values are.</source>
        <translation>头信息未注明数值所在位置。</translation>
    </message>
    <message>
        <source>The file has no such volume.</source>
        <translation>文件中没有该体数据。</translation>
    </message>
    <message>
        <source>The compressed file is damaged.</source>
        <translation>压缩文件已损坏。</translation>
    </message>
    <message>
        <source>The header does not say how many bits are allocated; {a} were taken.</source>
        <translation>头信息未注明分配位数；已取 {a} 位。</translation>
    </message>
    <message>
        <source>The high bit {a} contradicts {b} bits stored; {c} was taken.</source>
        <translation>最高位 {a} 与存储的 {b} 位矛盾；已取 {c}。</translation>
    </message>
    <message>
        <source>The header does not say what the samples mean; {a} was taken.</source>
        <translation>头信息未注明采样的含义；已取 {a}。</translation>
    </message>
    <message>
        <source>The header has an unknown photometric interpretation; {a} was taken.</source>
        <translation>头信息的光度解释未知；已取 {a}。</translation>
    </message>
    <message>
        <source>The header says {a} with {b} samples a pixel; RGB was taken.</source>
        <translation>头信息注明 {a}、每像素 {b} 个采样；已按 RGB 处理。</translation>
    </message>
    <message>
        <source>The header says {a} with one sample a pixel; grey was taken.</source>
        <translation>头信息注明 {a}、每像素一个采样；已按灰度处理。</translation>
    </message>
    <message>
        <source>The header says that colour is subsampled and the pixels are not.</source>
        <translation>头信息注明色度抽样，但像素并未抽样。</translation>
    </message>
    <message>
        <source>The window function of the file is not known; a linear one was taken.</source>
        <translation>文件的窗函数未知；已采用线性函数。</translation>
    </message>
    <message>
        <source>The header does not say how many bits a pixel has.</source>
        <translation>头信息未注明每像素位数。</translation>
    </message>
    <message>
        <source>The header does not say how many bits are stored; all {a} were taken.</source>
        <translation>头信息未注明存储位数；已取全部 {a} 位。</translation>
    </message>
    <message>
        <source>The header says {a} bits stored of {b} allocated; {c} were taken.</source>
        <translation>头信息注明存储 {a} 位、分配 {b} 位；已取 {c} 位。</translation>
    </message>
    <message>
        <source>The program made a mistake over this file; the log says more.</source>
        <translation>程序在处理该文件时出错；详见日志。</translation>
    </message>
    <message>
        <source>The folder holds several series.</source>
        <translation>文件夹包含多个序列。</translation>
    </message>
    <message>
        <source>Choose one of them.</source>
        <translation>请选择其中之一。</translation>
    </message>
    <message>
        <source>The file needs more than the program allows itself.</source>
        <translation>该文件所需资源超过程序限额。</translation>
    </message>
    <message>
        <source>The file says that the unit of its values is unspecified.</source>
        <translation>文件注明其数值单位未指定。</translation>
    </message>
    <message>
        <source>The values are counts, not activity.</source>
        <translation>数值为计数，而非活度。</translation>
    </message>
    <message>
        <source>The dose is relative.</source>
        <translation>剂量为相对值。</translation>
    </message>
    <message>
        <source>Values of a localizer are no Hounsfield units of a voxel.</source>
        <translation>定位像的数值不是体素的 Hounsfield 单位值。</translation>
    </message>
    <message>
        <source>The picture has {a} million pixels; up to {b} can be shown.</source>
        <translation>图片有 {a} 百万像素；最多可显示 {b}。</translation>
    </message>
    <message>
        <source>The ending of the file is no picture format.</source>
        <translation>文件扩展名不是图片格式。</translation>
    </message>
    <message>
        <source>A picture holds one slice, and the image has {a}.</source>
        <translation>图片只含一层，而图像有 {a} 层。</translation>
    </message>
    <message>
        <source>Write a TIFF or a research format.</source>
        <translation>请写为 TIFF 或科研格式。</translation>
    </message>
    <message>
        <source>The picture is damaged or of a kind that cannot be read.</source>
        <translation>图片已损坏或类型无法读取。</translation>
    </message>
    <message>
        <source>The file is damaged, or no volume in a form that can be read.</source>
        <translation>文件已损坏，或不是可读取形式的体数据。</translation>
    </message>
    <message>
        <source>The volume holds complex numbers or labels in a form that cannot be shown.</source>
        <translation>体数据含复数或无法显示形式的标签。</translation>
    </message>
    <message>
        <source>The file holds {a} volumes; up to {b} can be shown.</source>
        <translation>文件包含 {a} 个体数据；最多可显示 {b} 个。</translation>
    </message>
    <message>
        <source>The file places its volume at no possible position.</source>
        <translation>文件给出的体数据位置不可能。</translation>
    </message>
    <message>
        <source>The ending of the file is no research format.</source>
        <translation>文件扩展名不是科研格式。</translation>
    </message>
    <message>
        <source>The file is damaged or cut short: its values cannot be read.</source>
        <translation>文件已损坏或不完整：无法读取其数值。</translation>
    </message>
    <message>
        <source>The NIfTI header is cut short.</source>
        <translation>NIfTI 头信息不完整。</translation>
    </message>
    <message>
        <source>The NIfTI header gives impossible dimensions.</source>
        <translation>NIfTI 头信息给出的维度不可能。</translation>
    </message>
    <message>
        <source>The NRRD header gives no usable sizes.</source>
        <translation>NRRD 头信息未给出可用的尺寸。</translation>
    </message>
    <message>
        <source>The MetaImage header gives no usable size or names no data.</source>
        <translation>MetaImage 头信息未给出可用尺寸或未指明数据。</translation>
    </message>
    <message>
        <source>The file says that its values lie in another folder; only files beside it, or below, are read.</source>
        <translation>文件注明其数值位于其他文件夹；仅读取同级或下级的文件。</translation>
    </message>
    <message>
        <source>The file that holds its values, {a}, is not there.</source>
        <translation>存放其数值的文件 {a} 不存在。</translation>
    </message>
    <message>
        <source>The file may not be looked at.</source>
        <translation>该文件不允许查看。</translation>
    </message>
    <message>
        <source>Belongs to {a}.</source>
        <translation>属于 {a}。</translation>
    </message>
    <message>
        <source>The WAV header is damaged.</source>
        <translation>WAV 头信息已损坏。</translation>
    </message>
    <message>
        <source>The EDF header is damaged.</source>
        <translation>EDF 头信息已损坏。</translation>
    </message>
    <message>
        <source>The regions of the ultrasound image have different scales; each measures with its own.</source>
        <translation>超声图像各区域的标尺不同；各区域按自身标尺测量。</translation>
    </message>
    <message>
        <source>The pixel aspect ratio of the file is not possible and was left out.</source>
        <translation>文件的像素宽高比不可能，已忽略。</translation>
    </message>
    <message>
        <source>Only the first {a} elements are shown.</source>
        <translation>仅显示前 {a} 个元素。</translation>
    </message>
    <message>
        <source>The images of the series have different padding values; those of the first are used.</source>
        <translation>序列图像的填充值不同；采用第一幅的填充值。</translation>
    </message>
    <message>
        <source>The series has no such stack.</source>
        <translation>序列中没有该堆栈。</translation>
    </message>
    <message>
        <source>It can be looked at in the tag panel.</source>
        <translation>可在标签面板中查看。</translation>
    </message>
    <message>
        <source>There is no image here.</source>
        <translation>此处没有图像。</translation>
    </message>
    <message>
        <source>The calibrated regions of the ultrasound image are larger than the image: it was resized, and its calibration no longer holds.</source>
        <translation>超声图像的标定区域大于图像：图像已被缩放，其标定不再有效。</translation>
    </message>
    <message>
        <source>Open it with that version, or update this program.</source>
        <translation>请用该版本打开，或更新本程序。</translation>
    </message>
    <message>
        <source>Choose another folder, or make room on the disk.</source>
        <translation>请选择其他文件夹，或腾出磁盘空间。</translation>
    </message>
    <message>
        <source>This session was saved by a newer version of medviewer.</source>
        <translation>该会话由更新版本的 medviewer 保存。</translation>
    </message>
    <message>
        <source>This file is too large to be a session.</source>
        <translation>该文件过大，不可能是会话文件。</translation>
    </message>
    <message>
        <source>The session file cannot be read.</source>
        <translation>无法读取会话文件。</translation>
    </message>
    <message>
        <source>Check that it still exists.</source>
        <translation>请确认其仍然存在。</translation>
    </message>
    <message>
        <source>This session is too old to be read.</source>
        <translation>该会话过旧，无法读取。</translation>
    </message>
    <message>
        <source>The reading of files ended unexpectedly.</source>
        <translation>读取文件意外终止。</translation>
    </message>
    <message>
        <source>Try again; what was read is kept.</source>
        <translation>请重试；已读取的内容会保留。</translation>
    </message>
    <message>
        <source>No step is on.</source>
        <translation>没有启用任何步骤。</translation>
    </message>
    <message>
        <source>The series is still being loaded.</source>
        <translation>序列仍在加载。</translation>
    </message>
    <message>
        <source>All slices are processed.</source>
        <translation>所有层面均已处理。</translation>
    </message>
    <message>
        <source>This step failed.</source>
        <translation>此步骤失败。</translation>
    </message>
    <message>
        <source>Colour images have no values to average.</source>
        <translation>彩色图像没有可求平均的数值。</translation>
    </message>
    <message>
        <source>The series is not open.</source>
        <translation>序列未打开。</translation>
    </message>
    <message>
        <source>The slice of this measurement is not loaded.</source>
        <translation>该测量所在的层面未加载。</translation>
    </message>
    <message>
        <source>The slices have different rescale rules, so one map does not hold for all of them.</source>
        <translation>各层面的重标定规则不同，单一映射不适用于全部层面。</translation>
    </message>
    <message>
        <source>The settings file cannot be read; the defaults are used.</source>
        <translation>无法读取设置文件；使用默认值。</translation>
    </message>
    <message>
        <source>The settings file was damaged; the defaults are used.</source>
        <translation>设置文件已损坏；使用默认值。</translation>
    </message>
    <message>
        <source>The setting {a}.{b} was not understood; its default is used.</source>
        <translation>无法理解设置 {a}.{b}；使用其默认值。</translation>
    </message>
    <message>
        <source>The file is kept beside {a}.</source>
        <translation>该文件保留在 {a} 旁边。</translation>
    </message>
    <message>
        <source>The folder {a} cannot be written.</source>
        <translation>文件夹 {a} 无法写入。</translation>
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
    <message>
        <source>original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>localizer</source>
        <translation>定位像</translation>
    </message>
    <message>
        <source>derived</source>
        <translation>衍生</translation>
    </message>
    <message>
        <source>rotating</source>
        <translation>旋转</translation>
    </message>
    <message>
        <source>axial</source>
        <translation>轴位</translation>
    </message>
    <message>
        <source>coronal</source>
        <translation>冠状位</translation>
    </message>
    <message>
        <source>sagittal</source>
        <translation>矢状位</translation>
    </message>
    <message>
        <source>oblique axial</source>
        <translation>斜轴位</translation>
    </message>
    <message>
        <source>oblique coronal</source>
        <translation>斜冠状位</translation>
    </message>
    <message>
        <source>oblique sagittal</source>
        <translation>斜矢状位</translation>
    </message>
    <message>
        <source>no orientation</source>
        <translation>无方位信息</translation>
    </message>
    <message>
        <source>colour</source>
        <translation>彩色</translation>
    </message>
    <message>
        <source>palette colour</source>
        <translation>调色板彩色</translation>
    </message>
    <message>
        <source>no pixel spacing</source>
        <translation>无像素间距</translation>
    </message>
    <message>
        <source>pixels of {a} mm</source>
        <translation>像素 {a} mm</translation>
    </message>
    <message>
        <source>kernel {a}</source>
        <translation>重建核 {a}</translation>
    </message>
    <message>
        <source>no kernel</source>
        <translation>无重建核</translation>
    </message>
    <message>
        <source>echo time {a} ms</source>
        <translation>回波时间 {a} ms</translation>
    </message>
    <message>
        <source>no echo time</source>
        <translation>无回波时间</translation>
    </message>
    <message>
        <source>echo {a}</source>
        <translation>回波 {a}</translation>
    </message>
    <message>
        <source>b-value {a} s/mm²</source>
        <translation>b 值 {a} s/mm²</translation>
    </message>
    <message>
        <source>no b-value</source>
        <translation>无 b 值</translation>
    </message>
    <message>
        <source>inversion time {a} ms</source>
        <translation>反转时间 {a} ms</translation>
    </message>
    <message>
        <source>no inversion time</source>
        <translation>无反转时间</translation>
    </message>
    <message>
        <source>flip angle {a} °</source>
        <translation>翻转角 {a}°</translation>
    </message>
    <message>
        <source>no flip angle</source>
        <translation>无翻转角</translation>
    </message>
    <message>
        <source>phase {a}</source>
        <translation>时相 {a}</translation>
    </message>
    <message>
        <source>no phase</source>
        <translation>无时相</translation>
    </message>
    <message>
        <source>acquisition {a}</source>
        <translation>采集 {a}</translation>
    </message>
    <message>
        <source>no acquisition</source>
        <translation>无采集编号</translation>
    </message>
    <message>
        <source>with contrast</source>
        <translation>增强</translation>
    </message>
    <message>
        <source>without contrast</source>
        <translation>平扫</translation>
    </message>
    <message>
        <source>thickness {a} mm</source>
        <translation>层厚 {a} mm</translation>
    </message>
    <message>
        <source>no thickness</source>
        <translation>无层厚</translation>
    </message>
    <message>
        <source>trigger time {a} ms</source>
        <translation>触发时间 {a} ms</translation>
    </message>
    <message>
        <source>no trigger time</source>
        <translation>无触发时间</translation>
    </message>
    <message>
        <source>frame of reference</source>
        <translation>参考坐标系</translation>
    </message>
    <message>
        <source>another place</source>
        <translation>另一位置</translation>
    </message>
    <message>
        <source>merged by hand</source>
        <translation>手动合并</translation>
    </message>
    <message>
        <source>file {a}</source>
        <translation>文件 {a}</translation>
    </message>
    <message>
        <source>part {a}</source>
        <translation>部分 {a}</translation>
    </message>
    <message>
        <source>{a} frames</source>
        <translation>{a} 帧</translation>
    </message>
    <message>
        <source>volume {a}</source>
        <translation>体数据 {a}</translation>
    </message>
    <message>
        <source>waveform {a}</source>
        <translation>波形 {a}</translation>
    </message>
    <message>
        <source>report {a}</source>
        <translation>报告 {a}</translation>
    </message>
    <message>
        <source>document {a}</source>
        <translation>文档 {a}</translation>
    </message>
    <message>
        <source>presentation {a}</source>
        <translation>显示状态 {a}</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>The mask is empty, so that there is no segment to write.</source>
        <translation>掩膜为空，没有可写入的分割段。</translation>
    </message>
    <message>
        <source>The mask is empty, so that there is no contour to write.</source>
        <translation>掩膜为空，没有可写入的轮廓。</translation>
    </message>
    <message>
        <source>Segment something first.</source>
        <translation>请先进行分割。</translation>
    </message>
    <message>
        <source>This result names the DICOM images it was made from, and the source is no DICOM series.</source>
        <translation>该结果须引用其来源的 DICOM 图像，而来源不是 DICOM 序列。</translation>
    </message>
    <message>
        <source>Write NIfTI, NRRD or another research format.</source>
        <translation>请写为 NIfTI、NRRD 或其他科研格式。</translation>
    </message>
    <message>
        <source>The source images lack the identifiers by which a result could name them.</source>
        <translation>来源图像缺少结果引用所需的标识符。</translation>
    </message>
    <message>
        <source>The source images have an orientation that is no plane.</source>
        <translation>来源图像的方向不构成平面。</translation>
    </message>
    <message>
        <source>The source images do not say where in the patient they lie, which contours must.</source>
        <translation>来源图像未说明其在患者体内的位置，而轮廓必须有位置。</translation>
    </message>
    <message>
        <source>Write a DICOM segmentation instead.</source>
        <translation>请改为写入 DICOM 分割（SEG）。</translation>
    </message>
    <message>
        <source>The mask does not lie on the grid of the source images.</source>
        <translation>掩膜不在来源图像的网格上。</translation>
    </message>
    <message>
        <source>Resample the mask to the series first.</source>
        <translation>请先将掩膜重采样到该序列。</translation>
    </message>
    <message>
        <source>The header of the source holds values that cannot be written again.</source>
        <translation>来源的文件头含有无法重新写入的值。</translation>
    </message>
    <message>
        <source>The result could not be written: {a}.</source>
        <translation>无法写入结果：{a}。</translation>
    </message>
    <message>
        <source>Choose another folder.</source>
        <translation>请选择其他文件夹。</translation>
    </message>
    <message>
        <source>The file is no DICOM segmentation.</source>
        <translation>该文件不是 DICOM 分割。</translation>
    </message>
    <message>
        <source>The segmentation is cut into tiles of a slide, which cannot be put together here.</source>
        <translation>该分割按层面图块存储，此处无法拼合。</translation>
    </message>
    <message>
        <source>Open it beside the slide in a pathology viewer.</source>
        <translation>请在病理浏览器中与层面一同打开。</translation>
    </message>
    <message>
        <source>The frames of the segmentation do not lie in one stack of slices.</source>
        <translation>分割的各帧不在同一叠层面中。</translation>
    </message>
    <message>
        <source>No frame of the segmentation belongs to a segment.</source>
        <translation>分割中没有任何一帧属于某个分割段。</translation>
    </message>
    <message>
        <source>{a} frames of the segmentation belong to no segment and were left out.</source>
        <translation>分割中有 {a} 帧不属于任何分割段，已略去。</translation>
    </message>
    <message>
        <source>{a} of {b} frames of the segmentation could not be read and are empty.</source>
        <translation>分割的 {b} 帧中有 {a} 帧无法读取，保持为空。</translation>
    </message>
    <message>
        <source>Segments overlap in {a} voxels; there the later segment is kept.</source>
        <translation>分割段在 {a} 个体素处重叠；该处保留后一个分割段。</translation>
    </message>
    <message>
        <source>The segmentation reaches beyond the image; what lies outside was left out.</source>
        <translation>分割超出图像范围；图像外的部分已略去。</translation>
    </message>
    <message>
        <source>The file is no RT structure set.</source>
        <translation>该文件不是 RT 结构集。</translation>
    </message>
    <message>
        <source>The file is too large for a structure set.</source>
        <translation>该文件过大，不可能是结构集。</translation>
    </message>
    <message>
        <source>The structure set has more points than can be read.</source>
        <translation>结构集的点数超出可读取的上限。</translation>
    </message>
    <message>
        <source>The structure set holds no region.</source>
        <translation>结构集不含任何感兴趣区。</translation>
    </message>
    <message>
        <source>A structure set holds contours, which become a mask only on an image.</source>
        <translation>结构集存储的是轮廓，只有在图像上才能成为掩膜。</translation>
    </message>
    <message>
        <source>Open the series that the contours were drawn on first.</source>
        <translation>请先打开勾画这些轮廓的序列。</translation>
    </message>
    <message>
        <source>Open the series that they were drawn on.</source>
        <translation>请打开勾画这些轮廓的序列。</translation>
    </message>
    <message>
        <source>The contours were drawn on slices of another orientation.</source>
        <translation>这些轮廓是在其他方向的层面上勾画的。</translation>
    </message>
    <message>
        <source>The contours lie beside the image.</source>
        <translation>轮廓位于图像之外。</translation>
    </message>
    <message>
        <source>{a} of {b} contours lie in no slice of the image and were left out.</source>
        <translation>{b} 条轮廓中有 {a} 条不在图像的任何层面内，已略去。</translation>
    </message>
    <message>
        <source>{a} of {b} contours lie beyond the slices of the image and were left out.</source>
        <translation>{b} 条轮廓中有 {a} 条超出图像层面范围，已略去。</translation>
    </message>
    <message>
        <source>{a} points, open lines or damaged contours bound no area and were left out.</source>
        <translation>{a} 个点、开放线或损坏的轮廓不围成区域，已略去。</translation>
    </message>
    <message>
        <source>{a} contours cross others of their region; they were joined.</source>
        <translation>{a} 条轮廓与同一区域的其他轮廓相交；已合并。</translation>
    </message>
    <message>
        <source>Regions overlap in {a} voxels; there the later region is kept.</source>
        <translation>区域在 {a} 个体素处重叠；该处保留后一个区域。</translation>
    </message>
    <message>
        <source>The picture has no pixels in red, green and blue of 8 bits.</source>
        <translation>该图片没有 8 位红、绿、蓝像素。</translation>
    </message>
    <message>
        <source>The picture is larger than the {a} pixels a side that DICOM allows.</source>
        <translation>图片超过 DICOM 允许的每边 {a} 像素。</translation>
    </message>
    <message>
        <source>The images are larger than the {a} pixels a side that DICOM allows.</source>
        <translation>图像超过 DICOM 允许的每边 {a} 像素。</translation>
    </message>
    <message>
        <source>The folder for the series could not be made: {a}.</source>
        <translation>无法创建序列文件夹：{a}。</translation>
    </message>
    <message>
        <source>The ending of the file is no format for masks.</source>
        <translation>文件扩展名不是掩膜格式。</translation>
    </message>
    <message>
        <source>The mask could not be written: {a}.</source>
        <translation>无法写入掩膜：{a}。</translation>
    </message>
    <message>
        <source>The mask could not be written.</source>
        <translation>无法写入掩膜。</translation>
    </message>
    <message>
        <source>The file holds an image, not a mask: its values are no whole numbers from 0 to 65,535.</source>
        <translation>该文件是图像而非掩膜：其值不是 0 到 65,535 的整数。</translation>
    </message>
    <message>
        <source>JPEG changes values, so that it cannot hold a mask.</source>
        <translation>JPEG 会改变数值，不能存储掩膜。</translation>
    </message>
    <message>
        <source>Use PNG.</source>
        <translation>请使用 PNG。</translation>
    </message>
    <message>
        <source>The DICOM file is neither a segmentation nor a structure set.</source>
        <translation>该 DICOM 文件既不是分割，也不是结构集。</translation>
    </message>
    <message>
        <source>The file is no mask in a form that can be read.</source>
        <translation>该文件不是可读取形式的掩膜。</translation>
    </message>
    <message>
        <source>The file holds a colour picture, not a mask.</source>
        <translation>该文件是彩色图片，而非掩膜。</translation>
    </message>
    <message>
        <source>The file holds {a} volumes; the first one was read.</source>
        <translation>文件含 {a} 个体数据；已读取第一个。</translation>
    </message>
    <message>
        <source>The picture is in colour; a mask has one number for each pixel.</source>
        <translation>图片为彩色；掩膜的每个像素只有一个数值。</translation>
    </message>
    <message>
        <source>Save it in shades of grey.</source>
        <translation>请另存为灰度图。</translation>
    </message>
    <message>
        <source>There is no picture of a mask.</source>
        <translation>没有掩膜图片。</translation>
    </message>
    <message>
        <source>The pictures of the mask have different sizes.</source>
        <translation>掩膜的各图片尺寸不同。</translation>
    </message>
    <message>
        <source>The file holds no contours in GeoJSON.</source>
        <translation>该文件不含 GeoJSON 轮廓。</translation>
    </message>
    <message>
        <source>The file holds contours, which become a mask only on an image.</source>
        <translation>该文件存储的是轮廓，只有在图像上才能成为掩膜。</translation>
    </message>
    <message>
        <source>Open the image that the contours were drawn on first.</source>
        <translation>请先打开勾画这些轮廓的图像。</translation>
    </message>
    <message>
        <source>Open the image that they were drawn on.</source>
        <translation>请打开勾画这些轮廓的图像。</translation>
    </message>
    <message>
        <source>The file is too large for contours.</source>
        <translation>该文件过大，不可能是轮廓文件。</translation>
    </message>
    <message>
        <source>The contours could not be written: {a}.</source>
        <translation>无法写入轮廓：{a}。</translation>
    </message>
    <message>
        <source>{a} of {b} contours hold no pixel of the image.</source>
        <translation>{b} 条轮廓中有 {a} 条不含图像的任何像素。</translation>
    </message>
    <message>
        <source>The file is damaged, or no table.</source>
        <translation>文件已损坏，或不是表格。</translation>
    </message>
    <message>
        <source>The file is damaged, or no workbook.</source>
        <translation>文件已损坏，或不是工作簿。</translation>
    </message>
    <message>
        <source>The table is empty.</source>
        <translation>表格为空。</translation>
    </message>
    <message>
        <source>The table is empty, so that there is nothing to write.</source>
        <translation>表格为空，没有可写入的内容。</translation>
    </message>
    <message>
        <source>The table is too large to be read.</source>
        <translation>表格过大，无法读取。</translation>
    </message>
    <message>
        <source>The table has more than {a} cells.</source>
        <translation>表格超过 {a} 个单元格。</translation>
    </message>
    <message>
        <source>The table is larger than a worksheet may be.</source>
        <translation>表格超过工作表允许的大小。</translation>
    </message>
    <message>
        <source>Write it as CSV.</source>
        <translation>请写为 CSV。</translation>
    </message>
    <message>
        <source>The ending of the file is no format for tables.</source>
        <translation>文件扩展名不是表格格式。</translation>
    </message>
    <message>
        <source>A row of the table has more cells than there are columns.</source>
        <translation>表格中有一行的单元格多于列数。</translation>
    </message>
    <message>
        <source>The workbook has no worksheet.</source>
        <translation>工作簿没有工作表。</translation>
    </message>
    <message>
        <source>The worksheet has more than {a} rows.</source>
        <translation>工作表超过 {a} 行。</translation>
    </message>
    <message>
        <source>The workbook unpacks to more than can be read.</source>
        <translation>工作簿解压后超出可读取的大小。</translation>
    </message>
    <message>
        <source>The table could not be written: {a}.</source>
        <translation>无法写入表格：{a}。</translation>
    </message>
    <message>
        <source>Choose another folder, or close it.</source>
        <translation>请选择其他文件夹，或关闭该文件。</translation>
    </message>
    <message>
        <source>The folder for the new series holds something already.</source>
        <translation>新序列的文件夹中已有内容。</translation>
    </message>
    <message>
        <source>Choose a new or an empty one.</source>
        <translation>请选择新的或空的文件夹。</translation>
    </message>
    <message>
        <source>The ending of the file says no format that can be written.</source>
        <translation>文件扩展名不是可写入的格式。</translation>
    </message>
    <message>
        <source>The folder for the result is not there.</source>
        <translation>结果文件夹不存在。</translation>
    </message>
    <message>
        <source>The result would overwrite a file of the original.</source>
        <translation>结果会覆盖原始文件。</translation>
    </message>
    <message>
        <source>Choose another name.</source>
        <translation>请换一个名称。</translation>
    </message>
    <message>
        <source>The format knows even grids only: the file holds the result brought onto one.</source>
        <translation>该格式只支持等间距网格：文件中保存的是重采样到此类网格的结果。</translation>
    </message>
    <message>
        <source>{a} pages of another size or kind were left out.</source>
        <translation>有 {a} 页因尺寸或类型不同而略去。</translation>
    </message>
    <message>
        <source>Choose another one.</source>
        <translation>请另选一个。</translation>
    </message>
    <message>
        <source>{a} of {b} images could not be used: {c}</source>
        <translation>{b} 幅图像中有 {a} 幅无法使用：{c}</translation>
    </message>
    <message>
        <source>The table is larger than 512 MB.</source>
        <translation>表格大于 512 MB。</translation>
    </message>
    <message>
        <source>Leave out columns that are not needed.</source>
        <translation>请去除不需要的列。</translation>
    </message>
    <message>
        <source>The table cannot be read.</source>
        <translation>无法读取表格。</translation>
    </message>
    <message>
        <source>Look whether the file is there and may be read.</source>
        <translation>请检查文件是否存在且允许读取。</translation>
    </message>
    <message>
        <source>This is not a table of text.</source>
        <translation>该文件不是文本表格。</translation>
    </message>
    <message>
        <source>Tables are CSV or XLSX files.</source>
        <translation>表格应为 CSV 或 XLSX 文件。</translation>
    </message>
    <message>
        <source>The table is damaged: a cell does not end.</source>
        <translation>表格已损坏：有单元格没有结束。</translation>
    </message>
    <message>
        <source>Save it again as CSV.</source>
        <translation>请重新另存为 CSV。</translation>
    </message>
    <message>
        <source>The table writes numbers with a decimal comma ({a}).</source>
        <translation>表格使用逗号作小数点（{a}）。</translation>
    </message>
    <message>
        <source>Save it with a decimal point, so that no number is misread.</source>
        <translation>请使用小数点保存，以免数字被误读。</translation>
    </message>
    <message>
        <source>Save it again as XLSX, or as CSV.</source>
        <translation>请重新另存为 XLSX 或 CSV。</translation>
    </message>
    <message>
        <source>Leave out what is not needed.</source>
        <translation>请去除不需要的内容。</translation>
    </message>
    <message>
        <source>The table has no rows below its header.</source>
        <translation>表格在表头之下没有数据行。</translation>
    </message>
    <message>
        <source>Two columns are called {a}.</source>
        <translation>有两列都名为 {a}。</translation>
    </message>
    <message>
        <source>Give each its own name.</source>
        <translation>请为每列取不同的名称。</translation>
    </message>
    <message>
        <source>Row {a} has {b} cells, and the header has {c}.</source>
        <translation>第 {a} 行有 {b} 个单元格，而表头有 {c} 个。</translation>
    </message>
    <message>
        <source>Look at the separators and quotation marks of that row.</source>
        <translation>请检查该行的分隔符和引号。</translation>
    </message>
    <message>
        <source>There are no pictures.</source>
        <translation>没有图片。</translation>
    </message>
    <message>
        <source>Pictures are PNG, JPEG and TIFF files.</source>
        <translation>图片应为 PNG、JPEG 或 TIFF 文件。</translation>
    </message>
    <message>
        <source>There are more than {a} pictures.</source>
        <translation>图片超过 {a} 幅。</translation>
    </message>
    <message>
        <source>Choose fewer.</source>
        <translation>请减少数量。</translation>
    </message>
    <message>
        <source>The pictures do not lie in a folder for each class.</source>
        <translation>图片没有按类别分放在各个文件夹中。</translation>
    </message>
    <message>
        <source>Sort them into folders.</source>
        <translation>请将其分放到各文件夹。</translation>
    </message>
    <message>
        <source>The pattern finds no patient in any path.</source>
        <translation>该模式在任何路径中都找不到患者。</translation>
    </message>
    <message>
        <source>None of the pictures can be read.</source>
        <translation>所有图片均无法读取。</translation>
    </message>
    <message>
        <source>The picture is larger than 64 MB.</source>
        <translation>图片大于 64 MB。</translation>
    </message>
    <message>
        <source>The pattern of the patient is no regular expression.</source>
        <translation>患者模式不是有效的正则表达式。</translation>
    </message>
    <message>
        <source>The pattern of the patient needs brackets round its name.</source>
        <translation>患者模式中须用括号括住患者名称。</translation>
    </message>
    <message>
        <source>Such as (P[0-9]+)_</source>
        <translation>例如 (P[0-9]+)_</translation>
    </message>
    <message>
        <source>There is no such folder or archive.</source>
        <translation>没有这个文件夹或压缩包。</translation>
    </message>
    <message>
        <source>The archive unpacks to more than 8 GB.</source>
        <translation>压缩包解压后超过 8 GB。</translation>
    </message>
    <message>
        <source>The file holds no pictures with labels.</source>
        <translation>文件中没有带标签的图片。</translation>
    </message>
    <message>
        <source>It needs train_images and train_labels.</source>
        <translation>须含 train_images 和 train_labels。</translation>
    </message>
    <message>
        <source>The file would unpack to more than 4 GB.</source>
        <translation>文件解压后将超过 4 GB。</translation>
    </message>
    <message>
        <source>This is not a file of pictures with labels.</source>
        <translation>该文件不是带标签的图片文件。</translation>
    </message>
    <message>
        <source>It is damaged, or of another kind.</source>
        <translation>它已损坏，或属于其他类型。</translation>
    </message>
    <message>
        <source>The pictures and labels of the file do not fit together.</source>
        <translation>文件中的图片与标签不相符。</translation>
    </message>
    <message>
        <source>There are no images to make cases of.</source>
        <translation>没有可作为病例的图像。</translation>
    </message>
    <message>
        <source>Regions of colour images are measured as objects.</source>
        <translation>彩色图像中的区域按对象测量。</translation>
    </message>
    <message>
        <source>Measure the objects first.</source>
        <translation>请先测量对象。</translation>
    </message>
    <message>
        <source>The mask is empty.</source>
        <translation>掩膜为空。</translation>
    </message>
    <message>
        <source>Paint or segment something first.</source>
        <translation>请先涂绘或分割。</translation>
    </message>
    <message>
        <source>There are no measured objects.</source>
        <translation>没有已测量的对象。</translation>
    </message>
    <message>
        <source>Measure the objects of a mask first.</source>
        <translation>请先测量掩膜中的对象。</translation>
    </message>
    <message>
        <source>The objects were measured with different settings.</source>
        <translation>这些对象的测量设置不同。</translation>
    </message>
    <message>
        <source>Measure them alike.</source>
        <translation>请以相同设置测量。</translation>
    </message>
    <message>
        <source>The tables were made with different settings, so their columns do not mean the same.</source>
        <translation>这些表格的计算设置不同，因此各列含义不一致。</translation>
    </message>
    <message>
        <source>Measure them alike, or classify them apart.</source>
        <translation>请以相同设置测量，或分别分类。</translation>
    </message>
    <message>
        <source>The picture of this case cannot be read any more.</source>
        <translation>已无法读取此病例的图片。</translation>
    </message>
    <message>
        <source>Look whether its file was moved.</source>
        <translation>请检查其文件是否已被移动。</translation>
    </message>
    <message>
        <source>The picture of this case cannot be shown.</source>
        <translation>无法显示此病例的图片。</translation>
    </message>
    <message>
        <source>The table has no rows.</source>
        <translation>表格没有数据行。</translation>
    </message>
    <message>
        <source>Choose another table.</source>
        <translation>请选择其他表格。</translation>
    </message>
    <message>
        <source>No series is open and read to its end.</source>
        <translation>没有已打开且读取完毕的序列。</translation>
    </message>
    <message>
        <source>Open one first.</source>
        <translation>请先打开一个序列。</translation>
    </message>
    <message>
        <source>The active series has no mask.</source>
        <translation>当前序列没有掩膜。</translation>
    </message>
    <message>
        <source>No column holds the labels.</source>
        <translation>没有标签列。</translation>
    </message>
    <message>
        <source>Choose one, or type the labels.</source>
        <translation>请选择一列，或手动输入标签。</translation>
    </message>
    <message>
        <source>No column to learn from is ticked.</source>
        <translation>没有勾选用于学习的列。</translation>
    </message>
    <message>
        <source>Tick at least one.</source>
        <translation>请至少勾选一列。</translation>
    </message>
    <message>
        <source>The classifier could not be written.</source>
        <translation>无法写入分类器。</translation>
    </message>
    <message>
        <source>Something is running already.</source>
        <translation>已有任务正在运行。</translation>
    </message>
    <message>
        <source>There are no cases yet.</source>
        <translation>尚无病例。</translation>
    </message>
    <message>
        <source>No classifier is ticked.</source>
        <translation>没有勾选分类器。</translation>
    </message>
    <message>
        <source>The cases are being looked at.</source>
        <translation>正在检查病例。</translation>
    </message>
    <message>
        <source>Open a series to add the step to.</source>
        <translation>请打开一个序列，以便添加该步骤。</translation>
    </message>
    <message>
        <source>This classifier takes a table of measurements: add a step that measures to the recipe first.</source>
        <translation>此分类器需要测量表：请先在流程中添加测量步骤。</translation>
    </message>
    <message>
        <source>No step of this recipe makes a mask.</source>
        <translation>此流程中没有生成掩膜的步骤。</translation>
    </message>
    <message>
        <source>Add a threshold, for example.</source>
        <translation>例如添加一个阈值分割步骤。</translation>
    </message>
    <message>
        <source>The mask is known for the slices you have seen only.</source>
        <translation>掩膜只在您看过的层面上已知。</translation>
    </message>
    <message>
        <source>There is no mask left at the end of the recipe, so that there is nothing to write.</source>
        <translation>流程结束时没有掩膜，没有可写入的内容。</translation>
    </message>
    <message>
        <source>There is no table left at the end of the recipe, so that there is nothing to write.</source>
        <translation>流程结束时没有表格，没有可写入的内容。</translation>
    </message>
    <message>
        <source>A mask that was put aside is taken up again by the step Combine with a mask put aside.</source>
        <translation>暂存的掩膜可用步骤“与暂存的掩膜合并”重新取用。</translation>
    </message>
    <message>
        <source>The ending of the output says no format that {a} can be written in.</source>
        <translation>输出文件的扩展名不是可写入{a}的格式。</translation>
    </message>
    <message>
        <source>The output would overwrite a file of the original.</source>
        <translation>输出会覆盖原始文件。</translation>
    </message>
    <message>
        <source>Name another file or folder.</source>
        <translation>请指定其他文件或文件夹。</translation>
    </message>
    <message>
        <source>A recipe takes an input and an output and no parameters.</source>
        <translation>流程只接受一个输入和一个输出，不接受参数。</translation>
    </message>
    <message>
        <source>See medviewer op --help.</source>
        <translation>请参阅 medviewer op --help。</translation>
    </message>
    <message>
        <source>There is no image to process there.</source>
        <translation>该处没有可处理的图像。</translation>
    </message>
    <message>
        <source>Choose a folder with images.</source>
        <translation>请选择含图像的文件夹。</translation>
    </message>
    <message>
        <source>This ending says no format that can be written.</source>
        <translation>此扩展名不是可写入的格式。</translation>
    </message>
    <message>
        <source>The output folder cannot be made.</source>
        <translation>无法创建输出文件夹。</translation>
    </message>
    <message>
        <source>The output folder holds files of the originals.</source>
        <translation>输出文件夹中含有原始文件。</translation>
    </message>
    <message>
        <source>Choose an empty folder.</source>
        <translation>请选择空文件夹。</translation>
    </message>
    <message>
        <source>There is no mask for this image in the folder of masks.</source>
        <translation>掩膜文件夹中没有此图像的掩膜。</translation>
    </message>
    <message>
        <source>It should be called {a}.mask.nii.gz or so.</source>
        <translation>其名称应类似 {a}.mask.nii.gz。</translation>
    </message>
    <message>
        <source>There is no file or folder of that name.</source>
        <translation>没有该名称的文件或文件夹。</translation>
    </message>
    <message>
        <source>The list names no file or folder that exists.</source>
        <translation>列表中没有存在的文件或文件夹。</translation>
    </message>
    <message>
        <source>Write one path a line.</source>
        <translation>请每行写一个路径。</translation>
    </message>
    <message>
        <source>This failed because of a fault in the program; the log says more.</source>
        <translation>因程序故障而失败；详见日志。</translation>
    </message>
    <message>
        <source>The recipe could not be written there.</source>
        <translation>无法将流程写入该处。</translation>
    </message>
    <message>
        <source>The script could not be written there.</source>
        <translation>无法将脚本写入该处。</translation>
    </message>
    <message>
        <source>The recipe could not be read.</source>
        <translation>无法读取流程。</translation>
    </message>
    <message>
        <source>Check that the file exists and may be read.</source>
        <translation>请检查文件是否存在且允许读取。</translation>
    </message>
    <message>
        <source>This file is too large for a recipe.</source>
        <translation>该文件过大，不可能是流程。</translation>
    </message>
    <message>
        <source>{A} mixes neighbouring slices, and {b} of this series could not be read.</source>
        <translation>“{A}”会用到相邻层面，而该序列有 {b} 个层面无法读取。</translation>
    </message>
    <message>
        <source>Process each slice by itself, or copy the files again from their source.</source>
        <translation>请逐层处理，或从来源处重新复制文件。</translation>
    </message>
    <message>
        <source>Of a result, the image, the labels or the table can be saved.</source>
        <translation>结果中可保存的是图像、标签或表格。</translation>
    </message>
    <message>
        <source>The steps made no {a} to save.</source>
        <translation>各步骤没有生成可保存的{a}。</translation>
    </message>
    <message>
        <source>Add a step that makes one.</source>
        <translation>请添加生成它的步骤。</translation>
    </message>
    <message>
        <source>The rows of this table cannot be told apart on the image: several objects share a label.</source>
        <translation>此表格的各行在图像上无法区分：多个对象共用同一标签。</translation>
    </message>
    <message>
        <source>Let Split touching objects, or Keep objects by a measure, give each object its own label.</source>
        <translation>请用“分割相接触的对象”或“按测量值保留对象”为每个对象赋予单独标签。</translation>
    </message>
    <message>
        <source>The active pane is empty.</source>
        <translation>当前窗格为空。</translation>
    </message>
    <message>
        <source>Open a series first.</source>
        <translation>请先打开一个序列。</translation>
    </message>
    <message>
        <source>Show it in a pane first.</source>
        <translation>请先在窗格中显示它。</translation>
    </message>
    <message>
        <source>Wait until all slices are there.</source>
        <translation>请等待所有层面加载完毕。</translation>
    </message>
    <message>
        <source>Some slices of the series could not be read, so that the volume would have holes.</source>
        <translation>该序列的部分层面无法读取，体数据将有缺失。</translation>
    </message>
    <message>
        <source>Copy the files again from their source.</source>
        <translation>请从来源处重新复制文件。</translation>
    </message>
    <message>
        <source>No mask is chosen.</source>
        <translation>尚未选择掩膜。</translation>
    </message>
    <message>
        <source>The series is processed for the slices you have seen only.</source>
        <translation>该序列只处理了您看过的层面。</translation>
    </message>
    <message>
        <source>Process all slices first.</source>
        <translation>请先处理所有层面。</translation>
    </message>
    <message>
        <source>The folder for the pictures holds something already.</source>
        <translation>图片文件夹中已有内容。</translation>
    </message>
    <message>
        <source>The folder for the pictures could not be made.</source>
        <translation>无法创建图片文件夹。</translation>
    </message>
    <message>
        <source>The mask was drawn on another grid than the series has now.</source>
        <translation>该掩膜所在的网格与序列当前的网格不同。</translation>
    </message>
    <message>
        <source>The files of the series may have changed since.</source>
        <translation>序列的文件此后可能已更改。</translation>
    </message>
    <message>
        <source>Together the masks have more labels than one file can hold.</source>
        <translation>这些掩膜的标签总数超出一个文件的容量。</translation>
    </message>
    <message>
        <source>Write fewer of them.</source>
        <translation>请减少写入的掩膜。</translation>
    </message>
    <message>
        <source>No file was chosen.</source>
        <translation>没有选择文件。</translation>
    </message>
    <message>
        <source>Several files become one mask only when each is a picture of a slice.</source>
        <translation>只有当每个文件都是一个层面的图片时，多个文件才能合成一个掩膜。</translation>
    </message>
    <message>
        <source>Choose one file.</source>
        <translation>请只选择一个文件。</translation>
    </message>
    <message>
        <source>The mask has another size than the series, and does not say where it lies.</source>
        <translation>掩膜与序列尺寸不同，且未说明其位置。</translation>
    </message>
    <message>
        <source>Show the series that it was made on.</source>
        <translation>请显示制作该掩膜所用的序列。</translation>
    </message>
    <message>
        <source>The mask belongs to another position of the patient than the series.</source>
        <translation>该掩膜与序列不属于同一患者体位（参考坐标系不同）。</translation>
    </message>
    <message>
        <source>Take a mask that was made on this series, or on one of the same examination.</source>
        <translation>请使用基于此序列或同次检查序列制作的掩膜。</translation>
    </message>
    <message>
        <source>The mask lies on another grid, and the series does not say where it lies.</source>
        <translation>掩膜位于另一网格，而序列未说明其位置。</translation>
    </message>
    <message>
        <source>Show the series that the mask was made on.</source>
        <translation>请显示制作该掩膜所用的序列。</translation>
    </message>
    <message>
        <source>The mask lies beside the series.</source>
        <translation>掩膜位于序列范围之外。</translation>
    </message>
    <message>
        <source>The slices are tilted or unevenly spaced: their regular copy was written.</source>
        <translation>层面倾斜或层间距不等：已写入其规则化副本。</translation>
    </message>
    <message>
        <source>The masks overlap in {a} voxels; there the upper one is kept.</source>
        <translation>掩膜在 {a} 个体素处重叠；该处保留上层的掩膜。</translation>
    </message>
    <message>
        <source>A mask lay on another grid and was resampled to the series.</source>
        <translation>有一个掩膜位于另一网格，已重采样到该序列。</translation>
    </message>
    <message>
        <source>The mask lies on another grid and was resampled to that of the image.</source>
        <translation>掩膜位于另一网格，已重采样到图像的网格。</translation>
    </message>
    <message>
        <source>Resample it: --resample-mask on the command line, Resample in the window.</source>
        <translation>请重采样：命令行用 --resample-mask，窗口中用“重采样”。</translation>
    </message>
    <message>
        <source>“{a}” is no colour for label {b}.</source>
        <translation>“{a}”不是标签 {b} 的有效颜色。</translation>
    </message>
    <message>
        <source>Write it as #rrggbb.</source>
        <translation>请写成 #rrggbb 的形式。</translation>
    </message>
    <message>
        <source>This mask is no longer there.</source>
        <translation>该掩膜已不存在。</translation>
    </message>
    <message>
        <source>This mask is locked.</source>
        <translation>该掩膜已锁定。</translation>
    </message>
    <message>
        <source>Unlock it in the list of masks first.</source>
        <translation>请先在掩膜列表中解锁。</translation>
    </message>
    <message>
        <source>This mask is hidden.</source>
        <translation>该掩膜已隐藏。</translation>
    </message>
    <message>
        <source>Show it in the list of masks first.</source>
        <translation>请先在掩膜列表中将其显示。</translation>
    </message>
    <message>
        <source>The mask was changed meanwhile, so the result was dropped.</source>
        <translation>掩膜在此期间被更改，结果已舍弃。</translation>
    </message>
    <message>
        <source>Do it again.</source>
        <translation>请重新执行。</translation>
    </message>
    <message>
        <source>The processed image has other pixels than the mask.</source>
        <translation>处理后的图像与掩膜的像素网格不同。</translation>
    </message>
    <message>
        <source>Show the original to paint between its values, or switch the limits off in the panel Masks.</source>
        <translation>请显示原始图像以便按其数值绘制，或在“掩膜”面板中关闭数值限制。</translation>
    </message>
    <message>
        <source>Not all slices are processed yet, so that their values cannot limit what is painted through them.</source>
        <translation>尚未处理全部层面，因此无法用其数值限制跨层绘制。</translation>
    </message>
    <message>
        <source>Process all slices first, or paint slice by slice.</source>
        <translation>请先处理全部层面，或逐层绘制。</translation>
    </message>
    <message>
        <source>There is nothing to interpolate: no slice lies between those with this label.</source>
        <translation>没有可插值的层面：带此标签的层面之间没有空缺。</translation>
    </message>
    <message>
        <source>Draw it on some slices, leave others out, and interpolate in the same plane.</source>
        <translation>请在部分层面上勾画，跳过其余层面，然后在同一平面内插值。</translation>
    </message>
    <message>
        <source>The planes of this series are still being prepared.</source>
        <translation>该序列的各平面仍在准备中。</translation>
    </message>
    <message>
        <source>A colour image has no single value to paint between.</source>
        <translation>彩色图像没有可用于限定涂绘范围的单一数值。</translation>
    </message>
    <message>
        <source>Switch the limits off in the panel Masks.</source>
        <translation>请在“掩膜”面板中关闭数值限定。</translation>
    </message>
    <message>
        <source>Draw on a new mask instead.</source>
        <translation>请改在新掩膜上勾画。</translation>
    </message>
    <message>
        <source>There is no mask to erase yet.</source>
        <translation>尚无可擦除的掩膜。</translation>
    </message>
    <message>
        <source>Paint one with the brush first.</source>
        <translation>请先用画笔涂绘。</translation>
    </message>
    <message>
        <source>“{a}” is not a value for {b}.{c}.</source>
        <translation>“{a}”不是 {b}.{c} 的有效值。</translation>
    </message>
    <message>
        <source>This is not a value for {a}.{b}.</source>
        <translation>这不是 {a}.{b} 的有效值。</translation>
    </message>
    <message>
        <source>Install the program again.</source>
        <translation>请重新安装程序。</translation>
    </message>
    <message>
        <source>Choose another one with {a}.</source>
        <translation>请用 {a} 另选一个。</translation>
    </message>
    <message>
        <source>There is no parameter called {a}.</source>
        <translation>没有名为 {a} 的参数。</translation>
    </message>
    <message>
        <source>{A} works on an image.</source>
        <translation>“{A}”作用于图像。</translation>
    </message>
    <message>
        <source>{A} works on grey images, and this one is in colour.</source>
        <translation>“{A}”作用于灰度图像，而此图像为彩色。</translation>
    </message>
    <message>
        <source>Choose a series with one value per pixel, or add the step Grey from colour before it.</source>
        <translation>请选择每像素只有一个数值的序列，或在其前添加步骤“彩色转灰度”。</translation>
    </message>
    <message>
        <source>{A} works on a mask, and there is none yet.</source>
        <translation>“{A}”作用于掩膜，而目前尚无掩膜。</translation>
    </message>
    <message>
        <source>Add a step before it that makes one, such as a threshold.</source>
        <translation>请在其前添加生成掩膜的步骤，例如阈值分割。</translation>
    </message>
    <message>
        <source>There is not enough memory for {A} on this series.</source>
        <translation>内存不足，无法对该序列执行“{A}”。</translation>
    </message>
    <message>
        <source>Close other series or other programs, or process a smaller series.</source>
        <translation>请关闭其他序列或其他程序，或处理较小的序列。</translation>
    </message>
    <message>
        <source>Choose to work on each slice by itself.</source>
        <translation>请选择逐层处理。</translation>
    </message>
    <message>
        <source>The slices are tilted against the direction in which they are stacked.</source>
        <translation>层面相对于堆叠方向倾斜。</translation>
    </message>
    <message>
        <source>The slices do not lie at equal distances.</source>
        <translation>层间距不相等。</translation>
    </message>
    <message>
        <source>There are no values to work on.</source>
        <translation>没有可处理的数值。</translation>
    </message>
    <message>
        <source>The image, or its part inside the mask, is empty or holds nothing but padding.</source>
        <translation>图像或其掩膜内的部分为空，或只含填充值。</translation>
    </message>
    <message>
        <source>There is no operation called {a}.</source>
        <translation>没有名为 {a} 的操作。</translation>
    </message>
    <message>
        <source>It may come from a plug-in or a newer version of the program.</source>
        <translation>它可能来自插件，或来自更新版本的程序。</translation>
    </message>
    <message>
        <source>This recipe was saved by a newer version of the program.</source>
        <translation>此流程由更新版本的程序保存。</translation>
    </message>
    <message>
        <source>Update medviewer to use it.</source>
        <translation>请更新 medviewer 后使用。</translation>
    </message>
    <message>
        <source>This recipe has more than {a} steps.</source>
        <translation>此流程超过 {a} 个步骤。</translation>
    </message>
    <message>
        <source>This is not a recipe.</source>
        <translation>该文件不是流程。</translation>
    </message>
    <message>
        <source>A recipe is a JSON file saved from the Process panel.</source>
        <translation>流程是由“处理”面板保存的 JSON 文件。</translation>
    </message>
    <message>
        <source>{A} of this recipe is version {b}, and this program knows version {c}.</source>
        <translation>此流程中的“{A}”为版本 {b}，而本程序支持的是版本 {c}。</translation>
    </message>
    <message>
        <source>Open it with the newer program that saved it.</source>
        <translation>请用保存它的较新程序打开。</translation>
    </message>
    <message>
        <source>{A} of this recipe is version {b}, which this program no longer reads.</source>
        <translation>此流程中的“{A}”为版本 {b}，本程序已不再支持读取。</translation>
    </message>
    <message>
        <source>Remove the step and add it again.</source>
        <translation>请删除该步骤后重新添加。</translation>
    </message>
    <message>
        <source>The image is too small for a field of shading.</source>
        <translation>图像太小，无法拟合偏置场。</translation>
    </message>
    <message>
        <source>The field of shading cannot be fitted to these values.</source>
        <translation>无法对这些数值拟合偏置场。</translation>
    </message>
    <message>
        <source>Use fewer levels, or a mask that covers more of the image.</source>
        <translation>请减少层级数，或使用覆盖范围更大的掩膜。</translation>
    </message>
    <message>
        <source>The low limit does not lie below the high one.</source>
        <translation>下限不低于上限。</translation>
    </message>
    <message>
        <source>Change one of them.</source>
        <translation>请修改其中之一。</translation>
    </message>
    <message>
        <source>The largest radius lies below the smallest.</source>
        <translation>最大半径小于最小半径。</translation>
    </message>
    <message>
        <source>Give a larger one.</source>
        <translation>请给出更大的值。</translation>
    </message>
    <message>
        <source>The resampled image would have more voxels than fit into memory.</source>
        <translation>重采样后的体素数超出内存容量。</translation>
    </message>
    <message>
        <source>Choose a larger spacing.</source>
        <translation>请选择更大的间距。</translation>
    </message>
    <message>
        <source>Leave the slice spacing unchanged.</source>
        <translation>请保持层间距不变。</translation>
    </message>
    <message>
        <source>The box lies beside the image.</source>
        <translation>方框位于图像之外。</translation>
    </message>
    <message>
        <source>Draw it on the image.</source>
        <translation>请在图像上绘制。</translation>
    </message>
    <message>
        <source>There is no box to crop to.</source>
        <translation>没有可用于裁剪的方框。</translation>
    </message>
    <message>
        <source>Drag a rectangle on the image.</source>
        <translation>请在图像上拖出矩形。</translation>
    </message>
    <message>
        <source>There is no mask to crop to.</source>
        <translation>没有可用于裁剪的掩膜。</translation>
    </message>
    <message>
        <source>The mask to crop to is empty.</source>
        <translation>用于裁剪的掩膜为空。</translation>
    </message>
    <message>
        <source>Add a step before it that makes one, or draw a box instead.</source>
        <translation>请在其前添加生成掩膜的步骤，或改为绘制方框。</translation>
    </message>
    <message>
        <source>Mirror rows or columns.</source>
        <translation>请镜像行或列。</translation>
    </message>
    <message>
        <source>First and last slice were exchanged: sides can no longer be told.</source>
        <translation>首末层已互换：不能再据此判断方位。</translation>
    </message>
    <message>
        <source>Top and bottom of the slices were exchanged: sides can no longer be told.</source>
        <translation>层面上下已互换：不能再据此判断方位。</translation>
    </message>
    <message>
        <source>Left and right of the slices were exchanged: sides can no longer be told.</source>
        <translation>层面左右已互换：不能再据此判断方位。</translation>
    </message>
    <message>
        <source>There are no marks yet.</source>
        <translation>尚未做标记。</translation>
    </message>
    <message>
        <source>There are marks of only one kind.</source>
        <translation>只有一种标记。</translation>
    </message>
    <message>
        <source>None of the marks lies on this image.</source>
        <translation>没有任何标记位于此图像上。</translation>
    </message>
    <message>
        <source>Click into what is to be marked.</source>
        <translation>请在要标记的目标内点击。</translation>
    </message>
    <message>
        <source>There is no box yet.</source>
        <translation>尚无方框。</translation>
    </message>
    <message>
        <source>The box does not lie on this image.</source>
        <translation>方框不在此图像上。</translation>
    </message>
    <message>
        <source>Drag a box around the object.</source>
        <translation>请在目标周围拖出方框。</translation>
    </message>
    <message>
        <source>There is nothing to start from.</source>
        <translation>没有可作为起点的内容。</translation>
    </message>
    <message>
        <source>The mask to start from is empty.</source>
        <translation>用作起点的掩膜为空。</translation>
    </message>
    <message>
        <source>Click where the contour starts, or add a step that makes a mask before this one.</source>
        <translation>请点击轮廓的起点，或在此步骤之前添加生成掩膜的步骤。</translation>
    </message>
    <message>
        <source>The random walker takes up to {a} million voxels at once; these are {b} million.</source>
        <translation>随机游走一次最多处理 {a} 百万个体素；此处为 {b} 百万个。</translation>
    </message>
    <message>
        <source>Limit it by a mask, crop or resample the series, or work on each slice by itself.</source>
        <translation>请用掩膜加以限制、裁剪或重采样序列，或逐层处理。</translation>
    </message>
    <message>
        <source>No slice has strokes of two kinds.</source>
        <translation>没有任何层面同时有两种笔画。</translation>
    </message>
    <message>
        <source>Strokes of two kinds are needed where walks may go.</source>
        <translation>在可游走的范围内需要两种笔画。</translation>
    </message>
    <message>
        <source>Paint into the object and into the background, in the same slice.</source>
        <translation>请在同一层面上分别在目标内和背景中涂抹。</translation>
    </message>
    <message>
        <source>Paint into each object, and into the background.</source>
        <translation>在每个目标内和背景中涂抹。</translation>
    </message>
    <message>
        <source>Paint a little of at least two classes, such as the object and the background.</source>
        <translation>请至少为两个类别各涂一点，例如目标和背景。</translation>
    </message>
    <message>
        <source>Click into each object, and at least once into the background, in the slice itself.</source>
        <translation>在每个目标内点击，并至少在背景中点击一次，须在该层面上进行。</translation>
    </message>
    <message>
        <source>The lower limit is above the upper one.</source>
        <translation>下限高于上限。</translation>
    </message>
    <message>
        <source>Exchange the two.</source>
        <translation>请将两者互换。</translation>
    </message>
    <message>
        <source>The lower limit is above the upper limit.</source>
        <translation>下限高于上限。</translation>
    </message>
    <message>
        <source>Exchange them.</source>
        <translation>请将两者互换。</translation>
    </message>
    <message>
        <source>The weak threshold is above that of the core.</source>
        <translation>弱阈值高于核心阈值。</translation>
    </message>
    <message>
        <source>Tissues have ranges in Hounsfield units, and this image is not in them.</source>
        <translation>组织范围以 HU 值给出，而此图像的单位不是 HU。</translation>
    </message>
    <message>
        <source>Choose limits of your own, or an automatic threshold.</source>
        <translation>请自行设定界限，或使用自动阈值。</translation>
    </message>
    <message>
        <source>The largest value is not above 0, so that percent of it mean nothing.</source>
        <translation>最大值不大于 0，因此其百分比没有意义。</translation>
    </message>
    <message>
        <source>Give the limits as values of the image.</source>
        <translation>请以图像数值给出界限。</translation>
    </message>
    <message>
        <source>The values are too much alike to be divided.</source>
        <translation>数值过于接近，无法划分。</translation>
    </message>
    <message>
        <source>Choose a larger part of the image, or limits of your own.</source>
        <translation>请选择图像中更大的部分，或自行设定界限。</translation>
    </message>
    <message>
        <source>There are no values to look at: the mask is empty, or the image holds only padding.</source>
        <translation>没有可分析的数值：掩膜为空，或图像只含填充值。</translation>
    </message>
    <message>
        <source>Choose another mask or series.</source>
        <translation>请选择其他掩膜或序列。</translation>
    </message>
    <message>
        <source>The mask falls into {a} parts; a mask has room for {b} labels.</source>
        <translation>掩膜分成了 {a} 个部分；一个掩膜最多容纳 {b} 个标签。</translation>
    </message>
    <message>
        <source>Leave out small parts, or smooth the image first.</source>
        <translation>请舍去小的部分，或先平滑图像。</translation>
    </message>
    <message>
        <source>The mask is empty, so that nothing has a distance to it.</source>
        <translation>掩膜为空，无法计算到它的距离。</translation>
    </message>
    <message>
        <source>The mask fills the image, so that it has no rim.</source>
        <translation>掩膜充满整幅图像，没有边界。</translation>
    </message>
    <message>
        <source>No mask was put aside under {a}.</source>
        <translation>没有以 {a} 暂存的掩膜。</translation>
    </message>
    <message>
        <source>Add the step Put the mask aside before it.</source>
        <translation>请在其前添加步骤“暂存掩膜”。</translation>
    </message>
    <message>
        <source>The list of labels cannot be read.</source>
        <translation>无法识别标签列表。</translation>
    </message>
    <message>
        <source>Write numbers, such as 1, 3, 7-9.</source>
        <translation>请填写编号，例如 1, 3, 7-9。</translation>
    </message>
    <message>
        <source>There is no painted mask yet.</source>
        <translation>尚无涂绘的掩膜。</translation>
    </message>
    <message>
        <source>Paint one in the Masks tab, or open one from a file.</source>
        <translation>请在“掩膜”选项卡中涂绘，或从文件打开。</translation>
    </message>
    <message>
        <source>That would make about {a} patches; a mask has room for {b} labels.</source>
        <translation>这将生成约 {a} 个小块；一个掩膜最多容纳 {b} 个标签。</translation>
    </message>
    <message>
        <source>Make them larger, or work on each slice by itself.</source>
        <translation>请增大小块，或逐层处理。</translation>
    </message>
    <message>
        <source>There are more than {a} patches.</source>
        <translation>小块超过 {a} 个。</translation>
    </message>
    <message>
        <source>Make them larger.</source>
        <translation>请将其增大。</translation>
    </message>
    <message>
        <source>The mask would have more than {a} parts.</source>
        <translation>掩膜将超过 {a} 个部分。</translation>
    </message>
    <message>
        <source>Remove small objects first, or ask for a deeper neck.</source>
        <translation>请先去除小对象，或要求更深的颈部。</translation>
    </message>
    <message>
        <source>The mask has more than {a} objects.</source>
        <translation>掩膜中的对象超过 {a} 个。</translation>
    </message>
    <message>
        <source>Smooth the image before the threshold, or remove small parts of the mask.</source>
        <translation>请在阈值分割前平滑图像，或去除掩膜中的小块。</translation>
    </message>
    <message>
        <source>More than {a} objects would need a label each.</source>
        <translation>需要各自标签的对象超过 {a} 个。</translation>
    </message>
    <message>
        <source>Choose narrower limits, or let objects keep their labels.</source>
        <translation>请选择更窄的界限，或让对象保持原标签。</translation>
    </message>
    <message>
        <source>Choose another column, or change what an object is.</source>
        <translation>请选择其他列，或更改对象的定义。</translation>
    </message>
    <message>
        <source>Choose another column, or another image to measure on.</source>
        <translation>请选择其他列，或更换测量所用的图像。</translation>
    </message>
    <message>
        <source>Draw or segment a region first.</source>
        <translation>请先勾画或分割一个区域。</translation>
    </message>
    <message>
        <source>The mask has no label {a}.</source>
        <translation>掩膜中没有标签 {a}。</translation>
    </message>
    <message>
        <source>It has: {a}.</source>
        <translation>现有：{a}。</translation>
    </message>
    <message>
        <source>The slices of this image are not evenly spaced, and the region lies in several of them.</source>
        <translation>此图像的层间距不相等，而区域跨越多个层面。</translation>
    </message>
    <message>
        <source>Make a regular volume of the series first, or take a region in one slice.</source>
        <translation>请先将序列重采样为规则体数据，或只取单个层面内的区域。</translation>
    </message>
    <message>
        <source>The region vanishes when it is resampled.</source>
        <translation>重采样后区域消失。</translation>
    </message>
    <message>
        <source>Resample to smaller voxels.</source>
        <translation>请重采样到更小的体素。</translation>
    </message>
    <message>
        <source>The region holds no value: it lies in padding or on values that are not numbers.</source>
        <translation>区域内没有数值：它位于填充区，或其值不是数字。</translation>
    </message>
    <message>
        <source>Draw it on the image itself.</source>
        <translation>请在图像本身上勾画。</translation>
    </message>
    <message>
        <source>The lowest intensity must be below the highest.</source>
        <translation>最低强度必须小于最高强度。</translation>
    </message>
    <message>
        <source>No voxel of the region lies inside the range of intensities.</source>
        <translation>区域中没有体素落在该强度范围内。</translation>
    </message>
    <message>
        <source>Widen the range.</source>
        <translation>请放宽范围。</translation>
    </message>
    <message>
        <source>Bins of this width make more than {a} grey levels.</source>
        <translation>此箱宽产生的灰度级超过 {a} 级。</translation>
    </message>
    <message>
        <source>Make them wider.</source>
        <translation>请增大箱宽。</translation>
    </message>
    <message>
        <source>The values of this image are no whole numbers and must be put into bins.</source>
        <translation>此图像的数值不是整数，必须先分箱。</translation>
    </message>
    <message>
        <source>Choose a number or a width of bins.</source>
        <translation>请选择分箱数或箱宽。</translation>
    </message>
    <message>
        <source>The region has more than {a} grey levels.</source>
        <translation>区域的灰度级超过 {a} 级。</translation>
    </message>
    <message>
        <source>The region is too small for voxels of this size.</source>
        <translation>对于此体素大小，区域过小。</translation>
    </message>
    <message>
        <source>Voxels this small make the region too large.</source>
        <translation>体素如此之小，会使区域过大。</translation>
    </message>
    <message>
        <source>Resample to larger voxels.</source>
        <translation>请重采样到更大的体素。</translation>
    </message>
    <message>
        <source>The widths of the LoG filter must be numbers between 0.05 and 50.</source>
        <translation>LoG 滤波器的宽度必须是 0.05 与 50 之间的数值。</translation>
    </message>
    <message>
        <source>Write them with commas between, such as 1, 2, 3.</source>
        <translation>请用逗号分隔，例如 1, 2, 3。</translation>
    </message>
    <message>
        <source>There is no region to perturb.</source>
        <translation>没有可扰动的区域。</translation>
    </message>
    <message>
        <source>No perturbed mask is left that all regions have in common.</source>
        <translation>没有一个扰动掩膜对所有区域都有效。</translation>
    </message>
    <message>
        <source>Make the changes smaller.</source>
        <translation>请减小扰动幅度。</translation>
    </message>
    <message>
        <source>Features are computed inside a mask, and there is none yet.</source>
        <translation>特征在掩膜内计算，而目前尚无掩膜。</translation>
    </message>
    <message>
        <source>Add a step before it that makes one, such as a threshold, or Take a painted mask.</source>
        <translation>请在其前添加生成掩膜的步骤，例如阈值分割或“取用手绘掩膜”。</translation>
    </message>
    <message>
        <source>The feature is not defined for every mask.</source>
        <translation>该特征并非对每个掩膜都有定义。</translation>
    </message>
    <message>
        <source>It takes two regions or more.</source>
        <translation>需要两个或更多区域。</translation>
    </message>
    <message>
        <source>All regions have the same value.</source>
        <translation>所有区域的值相同。</translation>
    </message>
    <message>
        <source>The table lacks {a}.</source>
        <translation>表格缺少 {a}。</translation>
    </message>
    <message>
        <source>Compute the same features with the same settings as for the cases of the training.</source>
        <translation>请以与训练病例相同的设置计算相同的特征。</translation>
    </message>
    <message>
        <source>The table has no column {a}.</source>
        <translation>表格中没有列 {a}。</translation>
    </message>
    <message>
        <source>Its columns are {a}.</source>
        <translation>现有的列：{a}。</translation>
    </message>
    <message>
        <source>Label, patient and part need a column each.</source>
        <translation>标签、患者和数据划分各需单独一列。</translation>
    </message>
    <message>
        <source>Choose different columns.</source>
        <translation>请选择不同的列。</translation>
    </message>
    <message>
        <source>There is no column to learn from.</source>
        <translation>没有可用于学习的列。</translation>
    </message>
    <message>
        <source>Features are columns of numbers or of few words.</source>
        <translation>特征是数值列，或取值只有少数几个词的列。</translation>
    </message>
    <message>
        <source>A classifier needs cases of at least two classes.</source>
        <translation>分类器至少需要两个类别的病例。</translation>
    </message>
    <message>
        <source>The column {a} holds {b} different values, which are no classes.</source>
        <translation>列 {a} 有 {b} 个不同的值，不能作为类别。</translation>
    </message>
    <message>
        <source>Choose a column of at most {a} classes, or group the values into classes first.</source>
        <translation>请选择最多 {a} 个类别的列，或先将这些值归并为类别。</translation>
    </message>
    <message>
        <source>The column {a} is no feature: {b}.</source>
        <translation>列 {a} 不能作为特征：{b}。</translation>
    </message>
    <message>
        <source>The column {a} holds words where numbers are expected.</source>
        <translation>列 {a} 应为数值，却含有文字。</translation>
    </message>
    <message>
        <source>{a} infinite values of {b} count as missing.</source>
        <translation>{b} 中有 {a} 个无穷值，按缺失处理。</translation>
    </message>
    <message>
        <source>{a} rows have no label and are left out.</source>
        <translation>{a} 行没有标签，已略去。</translation>
    </message>
    <message>
        <source>{a} rows name no patient; each of them counts as a patient of its own.</source>
        <translation>{a} 行未注明患者；每行按一位独立患者计。</translation>
    </message>
    <message>
        <source>Class {a} has {b} of {c} cases: accuracy says little, look at balanced accuracy, the ROC curve and precision.</source>
        <translation>类别 {a} 在 {c} 个病例中只占 {b} 个：准确率说明不了多少，请看平衡准确率、ROC 曲线和精确率。</translation>
    </message>
    <message>
        <source>There are more features ({a}) than patients ({b}).</source>
        <translation>特征数（{a}）多于患者数（{b}）。</translation>
    </message>
    <message>
        <source>{A}: the solver was stopped before its end in some folds; scale the features.</source>
        <translation>{A}：部分折中求解器在收敛前停止；请对特征做缩放。</translation>
    </message>
    <message>
        <source>Folds lie between 2 and 50, repeats between 1 and 100, the share held out between 0 and 0.9.</source>
        <translation>折数须在 2 与 50 之间，重复次数在 1 与 100 之间，留出比例在 0 与 0.9 之间。</translation>
    </message>
    <message>
        <source>Nothing is held out to test on.</source>
        <translation>没有留出用于测试的病例。</translation>
    </message>
    <message>
        <source>Give a share, or a column that names the parts.</source>
        <translation>请给出留出比例，或指定标明数据划分的列。</translation>
    </message>
    <message>
        <source>No column says which cases are held out.</source>
        <translation>没有任何列说明哪些病例被留出。</translation>
    </message>
    <message>
        <source>Name the column that gives the split.</source>
        <translation>请指定标明数据划分的列。</translation>
    </message>
    <message>
        <source>The column of the split names no test part beside a training part.</source>
        <translation>数据划分列中没有与训练部分并列的测试部分。</translation>
    </message>
    <message>
        <source>Call the parts train and test.</source>
        <translation>请将各部分命名为 train 和 test。</translation>
    </message>
    <message>
        <source>Class {a} has {b} {c}, and at least {d} are needed {e}.</source>
        <translation>类别 {a} 的{c}数为 {b}，{e}至少需要 {d}。</translation>
    </message>
    <message>
        <source>Add cases, leave the class out, or join it with another.</source>
        <translation>请增加病例、去掉该类别，或将其与其他类别合并。</translation>
    </message>
    <message>
        <source>Without one of the patients a class would have no case to learn from.</source>
        <translation>若去掉其中一位患者，某个类别将没有可供学习的病例。</translation>
    </message>
    <message>
        <source>Add patients, or leave the class out.</source>
        <translation>请增加患者，或去掉该类别。</translation>
    </message>
    <message>
        <source>The patients are too few or too uneven for these folds.</source>
        <translation>患者数量过少或分布过于不均，无法划分为这些折。</translation>
    </message>
    <message>
        <source>Ask for fewer folds, or for one patient left out at a time.</source>
        <translation>请减少折数，或改为每次留出一位患者。</translation>
    </message>
    <message>
        <source>The cases cannot be divided into {a} folds.</source>
        <translation>病例无法划分为 {a} 折。</translation>
    </message>
    <message>
        <source>Ask for fewer folds.</source>
        <translation>请减少折数。</translation>
    </message>
    <message>
        <source>{A} has no setting called {b}.</source>
        <translation>{A}没有名为 {b} 的设置。</translation>
    </message>
    <message>
        <source>{A}: {b} must lie between {c} and {d}.</source>
        <translation>{A}：{b} 必须在 {c} 与 {d} 之间。</translation>
    </message>
    <message>
        <source>There is no classifier called {a}.</source>
        <translation>没有名为 {a} 的分类器。</translation>
    </message>
    <message>
        <source>A classifier is named twice.</source>
        <translation>同一分类器被指定了两次。</translation>
    </message>
    <message>
        <source>There is no class called {a}.</source>
        <translation>没有名为 {a} 的类别。</translation>
    </message>
    <message>
        <source>The number of resamples lies between 0 and 100,000.</source>
        <translation>重抽样次数须在 0 与 100,000 之间。</translation>
    </message>
    <message>
        <source>Every feature has the same value in all cases.</source>
        <translation>所有特征在全部病例中取值相同。</translation>
    </message>
    <message>
        <source>Choose other features.</source>
        <translation>请选择其他特征。</translation>
    </message>
    <message>
        <source>The greatest correlation lies between 0.1 and 1, the number of features at or above 0.</source>
        <translation>最大相关系数须在 0.1 与 1 之间，特征数不得小于 0。</translation>
    </message>
    <message>
        <source>A picture holds no pixel with a value.</source>
        <translation>有一幅图片不含任何有值的像素。</translation>
    </message>
    <message>
        <source>Leave it out.</source>
        <translation>请将其去除。</translation>
    </message>
    <message>
        <source>These settings of features cannot be used.</source>
        <translation>这些特征设置无法使用。</translation>
    </message>
    <message>
        <source>{a} is in {b}, and the classifier learned it in {c}.</source>
        <translation>{a} 的单位是 {b}，而分类器学习时的单位是 {c}。</translation>
    </message>
    <message>
        <source>Measure images that have the same kind of scale.</source>
        <translation>请在具有同类比例尺的图像上测量。</translation>
    </message>
    <message>
        <source>The features were computed with other settings than those that the classifier learned from: {a}.</source>
        <translation>这些特征的计算设置与分类器学习时不同：{a}。</translation>
    </message>
    <message>
        <source>Compute them again with the settings of the classifier.</source>
        <translation>请按分类器的设置重新计算。</translation>
    </message>
    <message>
        <source>The classifier cannot be kept as it was judged.</source>
        <translation>无法按评估时的状态保存该分类器。</translation>
    </message>
    <message>
        <source>Choose another kind.</source>
        <translation>请选择其他种类。</translation>
    </message>
    <message>
        <source>No classifier is chosen.</source>
        <translation>尚未选择分类器。</translation>
    </message>
    <message>
        <source>Train one and save it, then choose its file.</source>
        <translation>请先训练并保存分类器，再选择其文件。</translation>
    </message>
    <message>
        <source>The file of the classifier is not the one that this recipe was made with.</source>
        <translation>该分类器文件与创建此流程时所用的不同。</translation>
    </message>
    <message>
        <source>Choose the file again to accept it.</source>
        <translation>如需接受，请重新选择该文件。</translation>
    </message>
    <message>
        <source>This classifier works on a table of measured objects, and there is none yet.</source>
        <translation>此分类器需要对象测量表，而目前没有。</translation>
    </message>
    <message>
        <source>Add a step before it that measures the objects.</source>
        <translation>请在其前添加测量对象的步骤。</translation>
    </message>
    <message>
        <source>The file of the classifier is damaged.</source>
        <translation>分类器文件已损坏。</translation>
    </message>
    <message>
        <source>Train and save it again.</source>
        <translation>请重新训练并保存。</translation>
    </message>
    <message>
        <source>This classifier was saved by a newer version of the program.</source>
        <translation>此分类器由更新版本的程序保存。</translation>
    </message>
    <message>
        <source>This is not a trained classifier.</source>
        <translation>该文件不是已训练的分类器。</translation>
    </message>
    <message>
        <source>Such files end in {a} and are saved after training.</source>
        <translation>此类文件以 {a} 结尾，在训练后保存。</translation>
    </message>
    <message>
        <source>The file of the classifier cannot be read.</source>
        <translation>无法读取分类器文件。</translation>
    </message>
    <message>
        <source>Choose it again; it may have been moved.</source>
        <translation>请重新选择；文件可能已被移动。</translation>
    </message>
    <message>
        <source>Looking for leakage</source>
        <translation>正在检查数据泄漏</translation>
    </message>
    <message>
        <source>Intervals</source>
        <translation>正在计算置信区间</translation>
    </message>
    <message>
        <source>Importance of features</source>
        <translation>正在计算特征重要性</translation>
    </message>
    <message>
        <source>it holds {a} different words</source>
        <translation>它含有 {a} 个不同的词</translation>
    </message>
    <message>
        <source>{A} must be a number.</source>
        <translation>{A}必须是数字。</translation>
    </message>
    <message>
        <source>{A} must be a finite number.</source>
        <translation>{A}必须是有限的数值。</translation>
    </message>
    <message>
        <source>{A} must be a whole number.</source>
        <translation>{A}必须是整数。</translation>
    </message>
    <message>
        <source>{A} must lie at or below {b}.</source>
        <translation>{A}不得大于 {b}。</translation>
    </message>
    <message>
        <source>{A} must lie at or above {b}.</source>
        <translation>{A}不得小于 {b}。</translation>
    </message>
    <message>
        <source>{A} must lie between {b} and {c}.</source>
        <translation>{A}必须在 {b} 与 {c} 之间。</translation>
    </message>
    <message>
        <source>{A} must be on or off.</source>
        <translation>{A}只能是开或关。</translation>
    </message>
    <message>
        <source>{A} must be one of {b}.</source>
        <translation>{A}必须是以下之一：{b}。</translation>
    </message>
    <message>
        <source>{A} must be text.</source>
        <translation>{A}必须是文本。</translation>
    </message>
    <message>
        <source>{A} must be a list of marks, each with a label and points in mm.</source>
        <translation>{A}必须是标记的列表，每个标记有标签和以 mm 计的点。</translation>
    </message>
    <message>
        <source>Known are: {a}.</source>
        <translation>可用的有：{a}。</translation>
    </message>
    <message>
        <source>Use one of .{a}.</source>
        <translation>请使用以下之一：.{a}。</translation>
    </message>
    <message>
        <source>Use .{a}.</source>
        <translation>请使用 .{a}。</translation>
    </message>
    <message>
        <source>This series cannot be processed from slice to slice.</source>
        <translation>该序列不能跨层处理。</translation>
    </message>
    <message>
        <source>There is no mask called {a}.</source>
        <translation>没有名为“{a}”的掩膜。</translation>
    </message>
    <message>
        <source>{A} is measured on objects of a slice.</source>
        <translation>“{A}”只在单个层面的对象上测量。</translation>
    </message>
    <message>
        <source>{A} is measured on objects of a volume.</source>
        <translation>“{A}”只在体数据的对象上测量。</translation>
    </message>
    <message>
        <source>{A} is measured on grey images, and this one is not.</source>
        <translation>“{A}”只在灰度图像上测量，而此图像不是灰度图像。</translation>
    </message>
    <message>
        <source>{A} is measured on colour images, and this one is not.</source>
        <translation>“{A}”只在彩色图像上测量，而此图像不是彩色图像。</translation>
    </message>
    <message>
        <source>{a} values are not defined: {b}.</source>
        <translation>{a} 个特征值无定义：{b}。</translation>
    </message>
    <message>
        <source>The column {a} holds one class.</source>
        <translation>列 {a} 只有一个类别。</translation>
    </message>
    <message>
        <source>The column {a} holds no label.</source>
        <translation>列 {a} 不含标签。</translation>
    </message>
    <message>
        <source>The numbers rest on {a} patients; with fewer than {b} the intervals are too narrow.</source>
        <translation>结果仅基于 {a} 位患者；少于 {b} 位时置信区间会偏窄。</translation>
    </message>
    <message>
        <source>The numbers rest on {a} cases; with fewer than {b} the intervals are too narrow.</source>
        <translation>结果仅基于 {a} 个病例；少于 {b} 个时置信区间会偏窄。</translation>
    </message>
    <message>
        <source>Cross-validation with {a} folds, by patient.</source>
        <translation>按患者划分的 {a} 折交叉验证。</translation>
    </message>
    <message>
        <source>Cross-validation with {a} folds, drawn {b} times, by patient.</source>
        <translation>按患者划分的 {a} 折交叉验证，重复抽取 {b} 次。</translation>
    </message>
    <message>
        <source>Cross-validation with {a} folds, by row, because no column names the patient.</source>
        <translation>{a} 折交叉验证；因没有患者列，按行划分。</translation>
    </message>
    <message>
        <source>Cross-validation with {a} folds, drawn {b} times, by row, because no column names the patient.</source>
        <translation>{a} 折交叉验证，重复抽取 {b} 次；因没有患者列，按行划分。</translation>
    </message>
    <message>
        <source>Cross-validation with one patient left out at a time ({a} rounds), by patient.</source>
        <translation>留一患者交叉验证（{a} 轮），按患者划分。</translation>
    </message>
    <message>
        <source>Cross-validation with one patient left out at a time ({a} rounds), by row, because no column names the patient.</source>
        <translation>留一法交叉验证（{a} 轮）；因没有患者列，按行划分。</translation>
    </message>
    <message>
        <source>{a} cases of {b} patients are tested on once.</source>
        <translation>{b} 位患者的 {a} 个病例用于一次性测试。</translation>
    </message>
    <message>
        <source>{a} cases of {b} rows are tested on once.</source>
        <translation>{b} 行的 {a} 个病例用于一次性测试。</translation>
    </message>
    <message>
        <source>{a} cases of {b} patients are held out and tested on once.</source>
        <translation>留出 {b} 位患者的 {a} 个病例，仅测试一次。</translation>
    </message>
    <message>
        <source>{a} cases of {b} rows are held out and tested on once.</source>
        <translation>留出 {b} 行的 {a} 个病例，仅测试一次。</translation>
    </message>
    <message>
        <source>No column says which patient a case belongs to, so every row counts as a patient of its own.</source>
        <translation>没有任何列说明病例属于哪位患者，因此每一行都被视为独立的患者。</translation>
    </message>
    <message>
        <source>If patients have several rows, the numbers are too good and the intervals too narrow.</source>
        <translation>若同一患者有多行，则结果会偏乐观，置信区间会偏窄。</translation>
    </message>
    <message>
        <source>{a} patient is both among the cases learned from and among those tested on.</source>
        <translation>{a} 位患者同时出现在学习病例和测试病例中。</translation>
    </message>
    <message>
        <source>{a} patients are both among the cases learned from and among those tested on.</source>
        <translation>{a} 位患者同时出现在学习病例和测试病例中。</translation>
    </message>
    <message>
        <source>{a} cases of {b} have {c}.</source>
        <translation>来自{b}的 {a} 个病例具有{c}。</translation>
    </message>
    <message>
        <source>{a} cases of {b} have {c}; some are learned from while others are tested on.</source>
        <translation>来自{b}的 {a} 个病例具有{c}；其中一部分用于学习，另一部分用于测试。</translation>
    </message>
    <message>
        <source>{a} set of them carries different labels.</source>
        <translation>其中 {a} 组的标签互不一致。</translation>
    </message>
    <message>
        <source>{a} sets of them carry different labels.</source>
        <translation>其中 {a} 组的标签互不一致。</translation>
    </message>
    <message>
        <source>{a} alone tells the label of every case.</source>
        <translation>仅凭 {a} 即可得知每个病例的标签。</translation>
    </message>
    <message>
        <source>{a} alone tell the label of every case.</source>
        <translation>{a}：其中任一列即可单独得知每个病例的标签。</translation>
    </message>
    <message>
        <source>Is it known before the label is, and is it no identifier?</source>
        <translation>它是否在标签之前就已知，且不是标识符？</translation>
    </message>
    <message>
        <source>{a}: these columns were {b} over all cases, those tested on included.</source>
        <translation>{a}：这些列已在全部病例（包括测试病例）上{b}。</translation>
    </message>
    <message>
        <source>Give the values as measured; the program prepares them inside the cross-validation.</source>
        <translation>请提供原始测量值；程序会在交叉验证内部进行预处理。</translation>
    </message>
    <message>
        <source>{a} slice is missing inside the stack (lost, or never acquired).</source>
        <translation>层面堆栈中缺少 {a} 个层面（丢失或未采集）。</translation>
    </message>
    <message>
        <source>{a} slices are missing inside the stack (lost, or never acquired).</source>
        <translation>层面堆栈中缺少 {a} 个层面（丢失或未采集）。</translation>
    </message>
    <message>
        <source>{a} image is an exact duplicate of another at the same place and left out.</source>
        <translation>{a} 幅图像与同一位置的另一幅完全相同，已略去。</translation>
    </message>
    <message>
        <source>{a} images are exact duplicates of another at the same place and left out.</source>
        <translation>{a} 幅图像与同一位置的另一幅完全相同，已略去。</translation>
    </message>
    <message>
        <source>{a} file is an exact copy of another.</source>
        <translation>{a} 个文件与另一个完全相同。</translation>
    </message>
    <message>
        <source>{a} files are exact copies of another.</source>
        <translation>{a} 个文件与另一个完全相同。</translation>
    </message>
    <message>
        <source>patients</source>
        <translation>患者</translation>
    </message>
    <message>
        <source>cases</source>
        <translation>病例</translation>
    </message>
    <message>
        <source>to learn from</source>
        <translation>用于学习</translation>
    </message>
    <message>
        <source>to cross-validate</source>
        <translation>交叉验证</translation>
    </message>
    <message>
        <source>to hold some out</source>
        <translation>留出部分病例</translation>
    </message>
    <message>
        <source>different patients</source>
        <translation>不同患者</translation>
    </message>
    <message>
        <source>different rows</source>
        <translation>不同行</translation>
    </message>
    <message>
        <source>the same image</source>
        <translation>相同的图像</translation>
    </message>
    <message>
        <source>the same features</source>
        <translation>相同的特征</translation>
    </message>
    <message>
        <source>almost the same features</source>
        <translation>几乎相同的特征</translation>
    </message>
    <message>
        <source>z-scored</source>
        <translation>做了 Z 分数标准化</translation>
    </message>
    <message>
        <source>made into principal components</source>
        <translation>变换为主成分</translation>
    </message>
    <message>
        <source>filled with the mean where they were missing</source>
        <translation>用均值填补了缺失值</translation>
    </message>
    <message>
        <source>left out as you asked</source>
        <translation>已按您的要求去除</translation>
    </message>
    <message>
        <source>it is empty</source>
        <translation>该列为空</translation>
    </message>
    <message>
        <source>it says where a case comes from</source>
        <translation>它说明病例的来源</translation>
    </message>
    <message>
        <source>its name says that it identifies a case</source>
        <translation>其名称表明它是病例标识</translation>
    </message>
    <message>
        <source>every row has its own word</source>
        <translation>每行的词各不相同</translation>
    </message>
    <message>
        <source>it is no column of numbers or of few words</source>
        <translation>它既不是数值列，也不是只有少数几个词的列</translation>
    </message>
    <message>
        <source>it says which table a case comes from</source>
        <translation>它说明病例来自哪个表格</translation>
    </message>
    <message>
        <source>its name says so</source>
        <translation>依据列名</translation>
    </message>
    <message>
        <source>it is the only column of few words</source>
        <translation>它是唯一只有少数几个词的列</translation>
    </message>
    <message>
        <source>it is the last column of few words</source>
        <translation>它是最后一个只有少数几个词的列</translation>
    </message>
    <message>
        <source>its name says that it is the patient</source>
        <translation>列名表明它是患者</translation>
    </message>
    <message>
        <source>cases of one image belong together; a column of patients would be better</source>
        <translation>同一图像的病例归为一组；若有患者列则更好</translation>
    </message>
    <message>
        <source>no column looks like a patient</source>
        <translation>没有列像是患者</translation>
    </message>
    <message>
        <source>it names a training part and a test part</source>
        <translation>它标明了训练部分和测试部分</translation>
    </message>
    <message>
        <source>the region is a single voxel</source>
        <translation>区域只有一个体素</translation>
    </message>
    <message>
        <source>the region has one intensity</source>
        <translation>区域只有一种强度</translation>
    </message>
    <message>
        <source>the region has one grey level</source>
        <translation>区域只有一个灰度级</translation>
    </message>
    <message>
        <source>the region is too large for sums over all pairs of voxels</source>
        <translation>区域过大，无法对所有体素对求和</translation>
    </message>
    <message>
        <source>the spacing of the pixels is not known, or the region is too thin or uniform</source>
        <translation>像素间距未知，或区域过薄或过于均匀</translation>
    </message>
    <message>
        <source>the region is too thin or too uniform for them</source>
        <translation>区域过薄或过于均匀</translation>
    </message>
    <message>
        <source>the region is of one colour</source>
        <translation>区域只有一种颜色</translation>
    </message>
    <message>
        <source>mask</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <source>table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>a mask</source>
        <translation>掩膜</translation>
    </message>
    <message>
        <source>a table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>an image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>the disk refused it</source>
        <translation>磁盘拒绝写入</translation>
    </message>
    <message>
        <source>no space left on device</source>
        <translation>磁盘空间不足</translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation>没有权限</translation>
    </message>
    <message>
        <source>no such file or directory</source>
        <translation>没有该文件或文件夹</translation>
    </message>
    <message>
        <source>not a directory</source>
        <translation>不是文件夹</translation>
    </message>
    <message>
        <source>is a directory</source>
        <translation>它是文件夹</translation>
    </message>
    <message>
        <source>file exists</source>
        <translation>文件已存在</translation>
    </message>
    <message>
        <source>read-only file system</source>
        <translation>磁盘为只读</translation>
    </message>
    <message>
        <source>file name too long</source>
        <translation>文件名过长</translation>
    </message>
    <message>
        <source>input/output error</source>
        <translation>磁盘读写错误</translation>
    </message>
    <message>
        <source>Always the most frequent class</source>
        <translation>总是判为最常见类别（基线）</translation>
    </message>
    <message>
        <source>k nearest neighbours</source>
        <translation>k 近邻</translation>
    </message>
    <message>
        <source>{a} and {b} more</source>
        <translation>{a} 及另外 {b} 个</translation>
    </message>
    <message>
        <source>{a} and others</source>
        <translation>{a} 等</translation>
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
    <name>TreeView</name>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>{n} cases, {share} % {name}</source>
        <translation>{n} 例，{share} % {name}</translation>
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
        <source>slab</source>
        <translation>层块</translation>
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
        <source>before/after line</source>
        <translation>处理前后分界线</translation>
    </message>
    <message>
        <source>slab</source>
        <translation>层块</translation>
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
        <source>new mask</source>
        <translation>新建掩膜</translation>
    </message>
    <message>
        <source>delete mask</source>
        <translation>删除掩膜</translation>
    </message>
    <message>
        <source>change mask</source>
        <translation>更改掩膜</translation>
    </message>
    <message>
        <source>show mask</source>
        <translation>显示掩膜</translation>
    </message>
    <message>
        <source>hide mask</source>
        <translation>隐藏掩膜</translation>
    </message>
    <message>
        <source>look of the mask</source>
        <translation>掩膜外观</translation>
    </message>
    <message>
        <source>change labels</source>
        <translation>更改标签</translation>
    </message>
    <message>
        <source>choose label</source>
        <translation>选择标签</translation>
    </message>
    <message>
        <source>brush stroke</source>
        <translation>画笔涂绘</translation>
    </message>
    <message>
        <source>erase</source>
        <translation>擦除</translation>
    </message>
    <message>
        <source>polygon</source>
        <translation>多边形</translation>
    </message>
    <message>
        <source>lasso</source>
        <translation>套索</translation>
    </message>
    <message>
        <source>fill</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>clear label</source>
        <translation>清空标签</translation>
    </message>
    <message>
        <source>delete label</source>
        <translation>删除标签</translation>
    </message>
    <message>
        <source>interpolate between slices</source>
        <translation>层间插值</translation>
    </message>
    <message>
        <source>change of the mask</source>
        <translation>掩膜改动</translation>
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
    <message>
        <source>There is no mask on this series yet. Paint one with the brush (B).</source>
        <translation>该序列尚无掩膜。请用画笔 (B) 绘制。</translation>
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
