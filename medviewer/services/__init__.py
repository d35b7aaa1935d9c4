"""Jobs, scheduler, cache, settings, paths and the use cases of the workspace. No Qt."""
