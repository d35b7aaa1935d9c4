<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name></name>
    <message>
        <source>For research, not for diagnosis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} files read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} are not shown: the list of studies tells why.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This study has no images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop to open; nothing is changed on disk.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>About</name>
    <message>
        <source>About medviewer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open, read, measure and process medical images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For research, not for diagnosis: this is no medical device.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>MIT licence. Python {python}, Qt {qt}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Navigate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window preset {n}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window of the file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Automatic window (1–99 %)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Invert</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flip left and right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flip top and bottom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rotate right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rotate left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit to pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Actual pixels (1:1)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel tool, then reset view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ten images on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ten images back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next page of series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous page of series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window/level</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pan</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scroll</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Crosshair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best window in a box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Distance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Angle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Freehand region</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the measuring tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try a sample study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open session…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save session…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save picture as…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close series in pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete measurement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete all measurements</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preferences…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Process</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Two panes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Three panes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Four panes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>MPR: axial, coronal, sagittal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>MPR and stack</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Two panes, one above the other</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Six panes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nine panes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sixteen panes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Default for this study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Maximise pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text on the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full, minimal, off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reference lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show crosshair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scroll panes together</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By patient position, within one frame of reference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show processed image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Studies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Panels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jobs and messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next area of the window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter studies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show log folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About medviewer</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>App</name>
    <message>
        <source>The program was ended before it could close.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was open, with all measurements, was kept and can be brought back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Discard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show reports</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BrowserDelegate</name>
    <message>
        <source>1 series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>radiotherapy object</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waveform</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>document</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>presentation state</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>object without image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} images</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>BrowserPanel</name>
    <message>
        <source>Filter name, ID, description, modality, date</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter the list of studies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Patients, studies and series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the import; what was read stays in the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading headers: {n} files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} not shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing matches “{text}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clear filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No studies yet. Drop files or folders here, or open a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 file is not shown: see why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} files are not shown: see why</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in file manager</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge the selected series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split by</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Orientation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Echo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>b-value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Acquisition number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Repetition at the same position</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Group automatically again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove from the list (files stay)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CanvasCommands</name>
    <message>
        <source>Open a series first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The series is still being opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is only one image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A colour image has no window.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file does not say where its slices lie in the patient.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no picture yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No measurement is selected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a folder in which files can be made, with room on the disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no picture to write.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture could not be written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This series is no longer in the list.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CanvasGrid</name>
    <message>
        <source>▶ {achieved} of {wanted} frames/s</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CatalogModel</name>
    <message>
        <source>No name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Study without description</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Series without description</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Part {part} of {parts}: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CommandPalette</name>
    <message>
        <source>Search actions, patients, studies and series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing found.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Series without description</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Commands</name>
    <message>
        <source>Open folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list of studies tells of each file why it is not shown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No image was found.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Session (*{suffix})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The session was saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It names the folders of its images, and holds no pixels.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open session</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} series of the session are not in the list of studies.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open their folder; their measurements come back with them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} series have other images than when the session was saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measurements may lie on other images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture is on the clipboard.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names and numbers written on the image are in the picture too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture was saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>series of this study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>study of the list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>page of this study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is the last {what}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is the first {what}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No file manager answered; the folder&apos;s path is on the clipboard.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>CornerText</name>
    <message>
        <source>VOI LUT {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sigmoid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom {percent} %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Thickness {mm} mm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>every {mm} mm</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DockTitle</name>
    <message>
        <source>Hide</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hide this panel</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Docks</name>
    <message>
        <source>Studies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jobs and messages</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Review</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Process</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tags</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Messages</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Form</name>
    <message>
        <source>Reset to the default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset {name}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobModel</name>
    <message>
        <source>Cancel this job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stopping</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message>
        <source>Import</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobsPanel</name>
    <message>
        <source>No jobs. Imports, filters and models that take longer appear here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeyModel</name>
    <message>
        <source>Action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Menu</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Keys and mouse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change them in Preferences ▸ Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Middle drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ctrl + wheel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shift + move</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>3-D cursor in all panes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right click</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Menu of the pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double click</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Maximise pane, and back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ctrl / Shift + drag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window faster / finer</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>KeysPage</name>
    <message>
        <source>Filter actions and keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This key belongs to “{name}”. Give that another key first.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LeftOutDialog</name>
    <message>
        <source>Files that are not shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} files were read and are not shown; nothing was changed on disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LeftOutModel</name>
    <message>
        <source>Reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MeasurementModel</name>
    <message>
        <source>Distance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Angle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Freehand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The series is not open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The slice is not loaded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Slice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Series</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MeasurementPanel</name>
    <message>
        <source>No measurements yet. Draw one with a measuring tool: D distance, A angle, E ellipse, R rectangle.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export table…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}: {n} pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export measurements</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MeasurementText</name>
    <message>
        <source>at detector</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nominal spacing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>across a gap</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>resampled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>colour: no values</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no pixel inside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean {mean}  SD {sd}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Min {low}  Max {high}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MessageLog</name>
    <message>
        <source>Nothing was told yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Messages</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MessageModel</name>
    <message>
        <source>Time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Kind</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something went wrong inside the program. Your work is saved and you can go on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A report without patient data was written; it helps to repair the fault.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Operations</name>
    <message>
        <source>Layers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More layers smooth further; each layer reaches one pixel.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edge contrast</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Differences well below this are smoothed away, those well above stay. In the unit of the image, for a CT in HU.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Networks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Diffusion network (demonstration)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sigma</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Standard deviation of the Gaussian. A length in the patient: pixels of unequal size are smoothed equally far in every direction.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each slice by itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whole volume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smooth</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each slice by itself works for every series; the whole volume also smooths from slice to slice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Gaussian blur</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Pane</name>
    <message>
        <source>loading {percent} %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PROCESSED</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop a series here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>or double-click one in the list of studies</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This series cannot be shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This slice cannot be shown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no such slice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This plane cannot be reconstructed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preparing the planes…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PaneMenu</name>
    <message>
        <source>Delete measurement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Auto (1–99 %)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full range</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>From a box…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Invert</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smooth pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Distance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Angle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Freehand</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 : 1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flip left–right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Flip top–bottom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rotate right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As stored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Axial</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Three planes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <source>Preferences</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>General</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Display</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mouse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Changes are in force at once.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset this page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PresetBar</name>
    <message>
        <source>Save this window as preset…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename preset…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set preset to this window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the program&apos;s own presets again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import presets…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export presets…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No presets for this image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import presets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Presets (*.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export presets</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Probe</name>
    <message>
        <source>RGB {r} {g} {b}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>stored {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>padding</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>shown {value}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ProcessPanel</name>
    <message>
        <source>Add step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy as command</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save recipe…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open recipe…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset step to its defaults</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove all steps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Process all slices</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Steps of the recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the original</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All slices processed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a step to smooth or change the image. The original stays as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a series to process it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No step is on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The series is still being loaded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All slices are processed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Processing: {steps}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The command is on the clipboard. Put your files in the place of IN and OUT.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe is saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recipes (*.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open recipe</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>As the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Minimal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window/level</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pan</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scroll</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Crosshair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open what was open last time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Series, layout and measurements come back when the program starts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Smooth pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Off shows each pixel as a square.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Corner texts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dragging down darkens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without it, dragging down brightens the image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Width up and down, level left and right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Speed of window/level</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the crosshair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show reference lines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cine rate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Used when the file does not say its own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the measuring tool</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without it, the pointer comes back after each measurement.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Left button</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Middle button</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Right button</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory for images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>0 takes half of the computer&apos;s memory.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>What is grey is set by the environment of this computer.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Open, read, measure and process medical images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop files, folders or ZIP archives anywhere in this window. Nothing is changed on disk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RECENT STUDIES</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>KEYS WORTH KNOWING</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Study</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} series</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StepEditor</name>
    <message>
        <source>Move up (Alt+Up)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move down (Alt+Down)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove the step (Delete)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TagModel</name>
    <message>
        <source>Tag</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>VR</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Value</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TagPanel</name>
    <message>
        <source>Filter tag, name or value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a series to see its tags.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Toast</name>
    <message>
        <source>Close this note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ToolBar</name>
    <message>
        <source>Search everything</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search actions, patients, studies and series</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>TrustLights</name>
    <message>
        <source>lossy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pixels were compressed with loss; small values may have changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The voxels were interpolated onto a regular grid; values between slices were not measured.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>resampled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture was computed from stored pixels: {source}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>processed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The picture is mirrored: left and right of the patient have changed sides. See the letters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>FLIPPED</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mm</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Distances are in mm of the patient (Pixel Spacing).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Distances are in mm as the file states its spacing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mm calibrated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The spacing was calibrated or corrected for magnification.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mm in region</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Distances are in mm inside the calibrated ultrasound region.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mm at detector</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The spacing is that of the detector: the patient is smaller by an unknown magnification.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mm nominal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The spacing is the nominal one of the scanner, not calibrated.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>px</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file states no spacing: distances are in pixels, never in mm.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Values are in {unit}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file does not say in which unit its values are.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>position</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file does not say where the slice lies in the patient: no lines and no linked scrolling.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no position</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Position and orientation in the patient are known.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gantry was tilted by {angle}; the volume was straightened by its slice positions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tilt-corrected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The gantry was tilted by {angle}; slices are shown as stored.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tilt {angle}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{n} slices are missing between others; through-plane distances across a gap are not measured.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>gap</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>uneven</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The distance between slices is not constant.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Axial</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Undo</name>
    <message>
        <source>scrolling</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>zoom and pan</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>flip or rotate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>original or processed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>reset view</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>window/level</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>colour map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>invert</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>interpolation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>show series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>close series</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>swap panes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>maximise pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>restore panes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>choose pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>links between panes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>move crosshair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>rename measurement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change measurement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>delete measurement</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>delete {n} measurements</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>measurements of another day</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>remove step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>move step</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>switch step on or off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>change parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>several changes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add distance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add angle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add ellipse</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add rectangle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>add freehand region</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WhyNot</name>
    <message>
        <source>The active pane is empty. Open a series first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The series has only one image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The list of studies is empty. Open a folder first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only one pane is shown. Choose another layout first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was done yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was undone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No measurement is selected. Click one on the image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no measurement yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No processing step is applied to this series.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The sample studies are not installed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This modality has no preset on key {n}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WindowPanel</name>
    <message>
        <source>Level</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Width</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lower</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Upper</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Auto (1–99 %)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full range</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Invert</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a series to set its window.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A colour image has no window.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
