//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package file

// SyncFolder does nothing: Windows keeps names itself, and other systems have no way to.
func SyncFolder(string) error { return nil }
