// Package requests is a load of HTTP requests, in an open model.
package requests
