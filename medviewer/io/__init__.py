"""Files in and out: DICOM, research formats, the catalog, the decoder processes."""
