resource "google_document_ai_processor" "main" { # ! google-document-ai-processor-customer-key
  location     = "eu"
  display_name = "invoices"
  type         = "OCR_PROCESSOR"
}
