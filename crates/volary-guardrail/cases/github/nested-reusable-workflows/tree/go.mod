module github.com/whinchat/courier

go 1.24
