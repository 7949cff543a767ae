Gem::Specification.new do |s|
  s.name = 'paperboat'
  s.version = '1.2.0'
  s.summary = 'Prints invoices'
  s.authors = ['Paperboat GmbH']
  s.files = Dir['lib/**/*.rb']
  s.add_dependency 'prawn', '~> 2.5'
end
