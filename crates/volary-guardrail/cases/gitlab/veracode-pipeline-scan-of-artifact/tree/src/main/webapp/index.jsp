<html><body>Claims</body></html>
