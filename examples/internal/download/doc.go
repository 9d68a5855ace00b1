// Package download fetches data sets from their homes into a folder, once: over HTTPS, in
// pieces if need be, within limits of size, verified by checksum, and unpacked so that
// nothing lands outside of the folder.
package download
