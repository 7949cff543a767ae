module Paperboat
  def self.print(invoice) = invoice.to_s
end
