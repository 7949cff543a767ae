variable "key" {
  type = string
}

resource "google_document_ai_processor" "main" {
  location     = "eu"
  display_name = "invoices"
  type         = "OCR_PROCESSOR"
  kms_key_name = var.key
}
