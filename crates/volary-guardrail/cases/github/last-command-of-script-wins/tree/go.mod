module github.com/dotterel/tracer

go 1.23
