// failOnFindings is for the migration of old services, default is to fail.
def call(Map args) {
    def settings = [severity: 'HIGH,CRITICAL', failOnFindings: true] + args
    def code = settings.failOnFindings ? 1 : 0
    sh "trivy image --exit-code ${code} --severity ${settings.severity} ${settings.image}"
}
