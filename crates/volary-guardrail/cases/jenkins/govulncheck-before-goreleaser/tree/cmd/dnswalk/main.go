package main

import (
	"fmt"

	"github.com/miekg/dns"
)

func main() {
	fmt.Println(dns.Fqdn("example.org"))
}
