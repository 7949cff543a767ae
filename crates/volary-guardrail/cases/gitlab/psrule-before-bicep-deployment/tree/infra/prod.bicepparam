using 'main.bicep'

param name = 'stledgerprod'
