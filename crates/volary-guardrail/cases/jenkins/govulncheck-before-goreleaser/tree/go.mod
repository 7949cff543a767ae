module github.com/bramblelabs/dnswalk

go 1.23

require github.com/miekg/dns v1.1.62
