// Answers web requests with Go's own server.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

var (
	module  = env("GAE_SERVICE", "default")
	version = env("GAE_VERSION", "")
)

// What cron.yaml and queue.yaml call. The header is taken out of requests that others send.
var internal = map[string]string{"/cron/daily": "X-Appengine-Cron", "/tasks/work": "X-Appengine-QueueName"}

func main() {
	http.HandleFunc("/", handle)
	log.Fatal(http.ListenAndServe(":"+env("PORT", "8080"), nil))
}

func handle(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	header, isInternal := internal[path]
	switch {
	case path == "/" || path == "/"+module+"/":
		answer(w, http.StatusOK, fmt.Sprintf("Hello from module %s, version %s!", module, version))
	case !isInternal:
		answer(w, http.StatusNotFound, fmt.Sprintf("There is no page %s.", path))
	case r.Header.Get(header) == "":
		answer(w, http.StatusForbidden, "Only the platform may call this.")
	default:
		log.Print("called: ", path)
		answer(w, http.StatusOK, "done")
	}
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	fmt.Fprintln(w, text)
}

func env(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
