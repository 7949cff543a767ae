/**
 * Looks for known vulnerabilities in an image that exists in the local daemon.
 *
 * @param image     reference of the image
 * @param severity  severities that count, comma separated (default CRITICAL)
 */
def call(Map args) {
    if (!args.image) {
        error 'scanImage: image is required'
    }
    String severity = args.severity ?: 'CRITICAL'
    withEnv(['TRIVY_NO_PROGRESS=true']) {
        sh "trivy image --exit-code 1 --severity ${severity} ${args.image}"
    }
}
