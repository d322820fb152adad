package main

import (
	"os"
	"runtime/pprof"
	"time"
)

func init() {
	if p := os.Getenv("ZZPROF"); p != "" && len(os.Args) > 1 && os.Args[1] == "serve" {
		f, _ := os.Create(p)
		go func() {
			time.Sleep(1500 * time.Millisecond)
			pprof.StartCPUProfile(f)
			time.Sleep(4500 * time.Millisecond)
			pprof.StopCPUProfile()
			f.Close()
		}()
	}
}
