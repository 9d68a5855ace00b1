// Package ensemble makes many independent runs and keeps what they record.
package ensemble
